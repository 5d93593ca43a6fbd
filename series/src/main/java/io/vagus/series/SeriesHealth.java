package io.vagus.series;

import java.util.List;
import java.util.Map;

/**
 * How the store is.
 *
 * @param readings stored, all devices
 * @param seriesCount pairs of device and metric
 * @param bytesByTier on disk
 * @param quarantined folders that were found unreadable and put aside, to be rebuilt
 */
public record SeriesHealth(
    long readings, long seriesCount, Map<Range.Tier, Long> bytesByTier, List<String> quarantined) {}
