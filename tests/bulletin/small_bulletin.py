"""The declaration and the figures of the small workspace's bulletin."""

from __future__ import annotations

DECLARATION = """\
bulletin: 1
title: {en: Payments, zh-Hans: 拨付公报, zh-Hant: 撥付公報}
date: 2026-01-31
period: 2025
place: gd
sections:
  - id: lead
"""
SERIES = """\
indicator,place,period,value,value_unit,bound,modality
gdp,gd,2021,12000,亿元,eq,actual
gdp,gd,2022,12500,亿元,eq,actual
gdp,gd,2023,13000,亿元,eq,actual
gdp,gd,2024,14163,亿元,eq,actual
gdp,gd,2025,14500.5,亿元,eq,expected
gdp,sz,2024,3680,亿元,gt,actual
gdp,sz,2025,3700,亿元,gt,actual
gdp,gz,2021,3000,亿元,eq,actual
gdp,gz,2022,3000,亿元,eq,actual
gdp,gz,2023,2999.5,亿元,eq,actual
gdp,gz,2024,3000,亿元,lt,actual
gdp,gz,2025,3100,亿元,gt,actual
"""
