"""What this process counts, in Prometheus' words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import cratedig
from cratedig.cache import Cache
from cratedig.find.processes.finders import OUTCOMES, Finders

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Bucket bounds; the promise for a recommendation is 0.06 s at the 95th percentile."""


class Metrics:
    """One registry per application object, so that two in one process (tests) do not meet."""

    def __init__(self, cache: Cache, finders: Finders) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_OfCache(cache))
        self.registry.register(_OfFinders(finders))
        self.requests = Counter(
            "cratedig_http_requests", "Answered requests", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "cratedig_http_request_seconds",
            "From the first byte in to the last byte out",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge("cratedig_http_requests_in_flight", "Requests being answered", registry=self.registry)
        self.stages = Histogram(
            "cratedig_recommend_stage_seconds",
            "Time in each stage of a recommendation",
            ("stage",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.components = Gauge(
            "cratedig_component_up",
            "1 where the last health check found the component working",
            ("component",),
            registry=self.registry,
        )
        Info("cratedig_build", "The running version", registry=self.registry).info({"version": cratedig.__version__})

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request. `route` is the template (/track/{track_id}), never the path: paths are endless."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def staged(self, stages_ms: Mapping[str, float]) -> None:
        """Counts the stage timings of one recommendation, in milliseconds."""
        for stage, milliseconds in stages_ms.items():
            self.stages.labels(stage).observe(milliseconds / 1000.0)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)


class _OfCache(Collector):
    """The cache counts by itself; this reads it when the metrics are asked for."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def collect(self) -> Iterator[Metric]:
        asked = CounterMetricFamily("cratedig_cache_questions", "Questions to the cache", labels=("kind", "outcome"))
        for kind in self._cache.stats():
            asked.add_metric((kind.name, "hit"), kind.hits)
            asked.add_metric((kind.name, "miss"), kind.misses)
        yield asked


class _OfFinders(Collector):
    """Likewise of the finder processes."""

    def __init__(self, finders: Finders) -> None:
        self._finders = finders

    def collect(self) -> Iterator[Metric]:
        standing = self._finders.standing
        processes = GaugeMetricFamily("cratedig_finder_processes", "Finder processes", labels=("state",))
        for state, count in (("wanted", standing.size), ("running", standing.running), ("able", standing.able)):
            processes.add_metric((state,), count)
        yield processes
        yield CounterMetricFamily("cratedig_finder_ends", "Finder processes that failed", value=standing.ended)
        asked = CounterMetricFamily(
            "cratedig_finder_questions", "Questions for the finder processes", labels=("outcome",)
        )
        for outcome in OUTCOMES:
            asked.add_metric((outcome,), self._finders.outcomes[outcome])
        yield asked
