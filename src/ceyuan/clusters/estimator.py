"""The clustering as an estimator in scikit-learn's manner (without needing scikit-learn)."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ceyuan.clusters.arrays import AnyArray, Floats, Ints, Labels
from ceyuan.clusters.assign import nearest_within
from ceyuan.clusters.dbscan import MIN_WEIGHT, RADIUS_KM, Border, coordinates_of, dbscan
from ceyuan.clusters.geometry import like_radians
from ceyuan.errors import did_you_mean, fail


class SphericalDBSCAN:
    """DBSCAN on the sphere with ``fit``, ``fit_predict``, ``get_params`` and ``set_params``.

    ``X`` has two columns, latitude and longitude **in degrees** (scikit-learn's haversine metric wants radians).

    Attributes:
        radius_km: see :func:`ceyuan.clusters.dbscan`.
        min_weight: the same.
        border: the same; ``first`` gives scikit-learn's labels.
        threads: the same.
        labels_: after ``fit``: cluster of each point, −1 for noise.
        core_sample_indices_: after ``fit``: indices of the core points.
        components_: after ``fit``: coordinates of the core points in degrees, shape (core points, 2).
        n_features_in_: after ``fit``: 2.
        feature_names_in_: after ``fit`` on a frame: the names of its columns.

    >>> SphericalDBSCAN(radius_km=30, min_weight=2).fit_predict([[22.5, 114.0], [22.3, 114.1], [60.0, 0.0]]).tolist()
    [0, 0, -1]
    """

    labels_: Labels
    core_sample_indices_: Ints
    components_: Floats
    n_features_in_: int
    feature_names_in_: AnyArray

    def __init__(
        self,
        radius_km: float = RADIUS_KM,
        min_weight: float = MIN_WEIGHT,
        border: Border = "nearest",
        threads: int | None = None,
    ) -> None:
        self.radius_km = radius_km
        self.min_weight = min_weight
        self.border = border
        self.threads = threads

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:  # noqa: ARG002, N803
        """Cluster points.

        Args:
            X: latitude and longitude in degrees, shape (n, 2).
            y: ignored.
            sample_weight: weights, shape (n,).

        Raises:
            CeyuanError: as :func:`ceyuan.clusters.dbscan`.
        """
        points = self._points(X)
        found = dbscan(
            points[:, 0],
            points[:, 1],
            radius_km=self.radius_km,
            min_weight=self.min_weight,
            weight=sample_weight,
            border=self.border,
            threads=self.threads,
        )
        self.labels_ = found.labels
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], object)
        self.core_sample_indices_ = np.flatnonzero(found.core)
        self.components_ = points[self.core_sample_indices_]
        self.n_features_in_ = 2
        return self

    def fit_predict(
        self,
        X: ArrayLike,  # noqa: N803
        y: object = None,
        sample_weight: ArrayLike | None = None,
    ) -> Labels:
        """``fit(X).labels_``."""
        return self.fit(X, y, sample_weight).labels_

    def predict(self, X: ArrayLike) -> Labels:  # noqa: N803
        """The clusters of new points: that of the nearest core point within the radius, −1 where there is none.

        So a border point is labelled under ``border="nearest"``. A core point keeps its own label.

        Args:
            X: latitude and longitude in degrees, shape (n, 2).

        Raises:
            CeyuanError: ``cluster-bad-coordinate``, or ``cluster-bad-option`` before ``fit``.

        >>> SphericalDBSCAN(radius_km=30, min_weight=1).fit([[22.5, 114.0]]).predict([[22.6, 114.1], [0, 0]]).tolist()
        [0, -1]
        """
        if not hasattr(self, "labels_"):
            raise fail("cluster-bad-option", "nothing has been fitted yet: call fit first")
        lat, lon = coordinates_of(*self._points(X).T)
        cores = self.components_
        nearest = nearest_within(lat, lon, cores[:, 0], cores[:, 1], self.radius_km)
        label = np.append(self.labels_[self.core_sample_indices_], np.int32(-1))
        return np.asarray(label[nearest], np.int32)

    @staticmethod
    def _points(X: ArrayLike) -> Floats:  # noqa: N803
        try:
            points = np.asarray(X, np.float64)
        except (TypeError, ValueError) as error:
            raise fail(
                "cluster-bad-coordinate", f"X does not hold two columns of numbers: {error}"
            ) from error
        if points.ndim != 2 or points.shape[1] != 2:
            raise fail("cluster-bad-coordinate", f"X has the shape {points.shape}, not (n, 2)")
        names = [str(name).lower() for name in getattr(X, "columns", ())]
        if names and names[0].startswith(("lon", "lng", "x")):
            message = f"the columns are {', '.join(names)}: latitude comes first"
            raise fail("cluster-bad-coordinate", message)
        if like_radians(points[:, 0], points[:, 1]):
            message = "all points are within some degrees of 0, 0, in the sea: X is in degrees, not in radians"
            warnings.warn(message, UserWarning, stacklevel=3)
        return points

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"SphericalDBSCAN({given})"

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name."""
        del deep  # scikit-learn's signature; there are no estimators inside this one
        return {
            name: getattr(self, name) for name in ("radius_km", "min_weight", "border", "threads")
        }

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises:
            CeyuanError: ``cluster-bad-option`` for a parameter that does not exist.
        """
        for name, value in params.items():
            if name not in self.get_params():
                hint = did_you_mean(name, self.get_params())
                raise fail("cluster-bad-option", f"there is no parameter {name!r}", hint=hint)
            setattr(self, name, value)
        return self
