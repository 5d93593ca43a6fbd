package io.vagus.sink;

import io.vagus.kit.VagusException;
import io.vagus.rule.Action;
import io.vagus.rule.Effect.AlertClass;
import io.vagus.watch.Alert;
import io.vagus.watch.AlertChange;
import io.vagus.watch.Alerts;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Raises and clears alerts of rules; said twice they are known already. */
final class AlertTarget implements Target {
  private static final int BATCH = 256;

  private final Alerts alerts;

  AlertTarget(Alerts alerts) {
    this.alerts = alerts;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  /** All or none. */
  @Override
  public List<Outcome> deliver(List<Delivery> batch) {
    Outcome outcome;
    try {
      alerts.apply(batch.stream().map(AlertTarget::change).toList());
      outcome = Outcome.DELIVERED;
    } catch (VagusException e) {
      outcome = new Outcome.Failed(String.valueOf(e.getMessage()));
    }
    return Collections.nCopies(batch.size(), outcome);
  }

  private static AlertChange change(Delivery delivery) {
    String source = AlertChange.ofRule(delivery.rule());
    long sequence = AlertChange.sequence(delivery.offset(), delivery.ordinal());
    return delivery.action() instanceof Action.RaiseAlert(AlertClass alertClass, String text)
        ? new AlertChange.Raise(
            source,
            Optional.of(delivery.device()),
            sequence,
            delivery.eventMicros(),
            alertClass,
            text,
            new Alert.Cause(Optional.of(firing(delivery)), Optional.empty(), delivery.commands()))
        : new AlertChange.Clear(
            source, Optional.of(delivery.device()), sequence, delivery.eventMicros());
  }

  /** A delivery's id is its firing's and the place of its action. */
  private static String firing(Delivery delivery) {
    return delivery.id().substring(0, delivery.id().lastIndexOf('~'));
  }

  @Override
  public void close() {}
}
