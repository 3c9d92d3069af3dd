"""The languages that Ceyuan writes, and the one shape of a text in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Language = Literal["en", "zh-Hans", "zh-Hant"]
"""English, the Mainland's Chinese, Hong Kong's Chinese."""

LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")
"""All of them, the first is the main one."""
_CHINESE: tuple[Language, ...] = ("zh-Hans", "zh-Hant")


def _nearest(said: Mapping[Language, str], language: Language) -> str:
    """The text to show for a language that has none: the other Chinese before English."""
    order = LANGUAGES if language == "en" else (*_CHINESE, "en")
    return next(said[other] for other in order if other in said)


class Trilingual(BaseModel):
    """A name or text in the three languages of Ceyuan; ``zh-Hant`` is Hong Kong's usage.

    A workspace that publishes in some of them need not write the others: they take the text of a language that is written.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True
    )

    en: Annotated[str, Field(min_length=1, description="English", examples=["R&D intensity"])]
    zh_hans: Annotated[
        str,
        Field(
            alias="zh-Hans",
            min_length=1,
            description="Simplified Chinese",
            examples=["研发投入强度"],
        ),
    ]
    zh_hant: Annotated[
        str,
        Field(
            alias="zh-Hant", min_length=1, description="Traditional Chinese, as Hong Kong writes it"
        ),
    ]

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, value: Any, info: ValidationInfo) -> Any:
        """Fills the languages that nobody asked for; validation is told by its context which ones must be written."""
        if info.context is None or not isinstance(value, dict):
            return value
        said = {
            language: text for language in LANGUAGES if (text := value.get(language)) is not None
        }
        absent = [
            language
            for language in LANGUAGES
            if language not in value and language not in info.context
        ]
        return value | {language: _nearest(said, language) for language in absent if said}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """What is written may lack languages, what is answered has all."""
        made = handler(schema)
        if handler.mode == "validation":
            found = handler.resolve_ref_schema(made)
            found.pop("required", None)
            found["minProperties"] = 1
        return made

    def get(self, language: str) -> str:
        """The text in one of ``en``, ``zh-Hans``, ``zh-Hant``."""
        return {"en": self.en, "zh-Hans": self.zh_hans}.get(language, self.zh_hant)

    @classmethod
    def of(cls, texts: Mapping[Language, str]) -> Self:
        """A text made by a program, in all three languages.

        >>> Trilingual.of({"en": "day", "zh-Hans": "天", "zh-Hant": "天"}).zh_hant
        '天'
        """
        return cls.model_construct(
            en=texts["en"], zh_hans=texts["zh-Hans"], zh_hant=texts["zh-Hant"]
        )

    @classmethod
    def made(cls, make: Callable[[Language], str]) -> Self:
        """A text that a function makes for each language.

        >>> Trilingual.made(lambda language: language).zh_hant
        'zh-Hant'
        """
        return cls.model_construct(en=make("en"), zh_hans=make("zh-Hans"), zh_hant=make("zh-Hant"))

    @classmethod
    def same(cls, text: str) -> Self:
        """One text for all languages, such as a name that has no translation."""
        return cls.model_construct(en=text, zh_hans=text, zh_hant=text)
