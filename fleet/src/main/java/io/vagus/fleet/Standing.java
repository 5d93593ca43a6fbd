package io.vagus.fleet;

import io.vagus.client.ApiClient;
import io.vagus.client.MetricsText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the server says at one moment, or of the time between two.
 *
 * @param pending received and not yet processed
 * @param journalBytes written to the journal since the server's start
 * @param seriesBytes of the files of the time series, at most ten seconds ago
 */
record Standing(
    boolean balanced,
    long received,
    long accepted,
    long rejected,
    long deadLettered,
    long duplicate,
    long pending,
    long journalBytes,
    long seriesBytes) {

  static Standing of(ApiClient api) {
    JsonNode ledger = JsonMapper.shared().readTree(api.get("/api/v1/ledger"));
    JsonNode total = ledger.path("total");
    MetricsText metrics = new MetricsText(api.get("/metrics"));
    return new Standing(
        ledger.path("balanced").asBoolean(),
        total.path("received").asLong(),
        total.path("accepted").asLong(),
        total.path("rejected").asLong(),
        total.path("deadLettered").asLong(),
        total.path("duplicate").asLong(),
        total.path("pending").asLong(),
        (long) metrics.sum("vagus_journal_bytes_total", "journal=\"journal\""),
        (long) metrics.sum("vagus_series_size_bytes", ""));
  }

  /** What changed from then to now. */
  Standing since(Standing then) {
    return new Standing(
        balanced,
        received - then.received,
        accepted - then.accepted,
        rejected - then.rejected,
        deadLettered - then.deadLettered,
        duplicate - then.duplicate,
        pending,
        journalBytes - then.journalBytes,
        seriesBytes - then.seriesBytes);
  }

  /** Stored once, or known to be stored before. */
  long taken() {
    return accepted + duplicate;
  }

  long refused() {
    return rejected + deadLettered;
  }

  ObjectNode json() {
    return JsonMapper.shared().valueToTree(this);
  }
}
