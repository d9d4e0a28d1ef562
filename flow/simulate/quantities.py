"""Shares, minutes and days of a town file, and how they are drawn."""

import math
import random
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(gt=0, le=10_000)]
Minutes = Annotated[float, Field(gt=0, le=10_000)]

P90_OF_NORMAL = 1.2816
"""Standard deviations above the mean below which nine in ten lie."""

CASE_SHAPE = 2.0
"""Of the gamma distribution of a case's work: some take thrice the mean, none takes nothing."""


class Table(BaseModel):
    """A table of a town file: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LogNormal(Table):
    """Days with a heavy tail, by their median and either mean or 90th percentile."""

    median_days: Days
    mean_days: Days | None = None
    p90_days: Days | None = None
    max_days: Days

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if (self.mean_days is None) == (self.p90_days is None):
            raise ValueError("give one of mean_days and p90_days")
        if (self.mean_days or self.p90_days or 0) < self.median_days:
            raise ValueError("mean_days or p90_days must not be below median_days")
        return self

    def draw(self, rng: random.Random) -> float:
        return min(rng.lognormvariate(math.log(self.median_days), self._sigma), self.max_days)

    def rest(self, rng: random.Random) -> float:
        """What is left of one that is met on the way: long ones are met more often."""
        met = rng.lognormvariate(math.log(self.median_days) + self._sigma**2, self._sigma)
        return min(met, self.max_days) * rng.random()

    @property
    def _sigma(self) -> float:
        if self.mean_days is not None:
            return math.sqrt(2 * math.log(self.mean_days / self.median_days))
        assert self.p90_days is not None
        return math.log(self.p90_days / self.median_days) / P90_OF_NORMAL


def work(rng: random.Random, mean_minutes: float) -> float:
    """Minutes that one case takes."""
    return rng.gammavariate(CASE_SHAPE, mean_minutes / CASE_SHAPE)
