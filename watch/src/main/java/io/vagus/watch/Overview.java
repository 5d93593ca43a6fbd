package io.vagus.watch;

import io.vagus.ledger.Balance;
import io.vagus.ledger.DuplicateCause;
import java.util.Map;

/**
 * The fleet at one moment.
 *
 * @param rates messages of the last ten seconds
 * @param duplicates of the last five minutes
 * @param refusals by reason, of the last five minutes
 */
public record Overview(
    long timeMicros,
    FleetCounts devices,
    Rates rates,
    Latency latency,
    Duplicates duplicates,
    Map<String, Long> refusals,
    Balance ledger) {

  public Overview {
    refusals = Map.copyOf(refusals);
  }

  /** Messages by time; both rates 0 until there is a window to measure in. */
  public record Rates(double perSecond, double acceptedPerSecond, double windowSeconds) {}

  /**
   * Messages that came again.
   *
   * @param share of all received, 0 to 1
   */
  public record Duplicates(
      long count, double share, Map<DuplicateCause, Long> causes, double windowSeconds) {
    public Duplicates {
      causes = Map.copyOf(causes);
    }
  }

  static Rates rates(Traffic.Window window) {
    return new Rates(
        window.perSecond(window.received()), window.perSecond(window.accepted()), window.seconds());
  }

  static Duplicates duplicates(Traffic.Window window) {
    double share = window.received() == 0 ? 0 : (double) window.duplicate() / window.received();
    return new Duplicates(window.duplicate(), share, window.causes(), window.seconds());
  }
}
