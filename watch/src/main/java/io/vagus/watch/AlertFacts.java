package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What happens to alerts, for the event log. Field names are stored. */
final class AlertFacts {
  private AlertFacts() {}

  static Fact raised(Alert alert) {
    return fact("alert.raised", alert, Map.of("text", alert.text()));
  }

  static Fact cleared(Alert alert) {
    return fact("alert.cleared", alert, Map.of("count", Long.toString(alert.count())));
  }

  static Fact acknowledged(Alert alert) {
    String note = alert.acknowledged().map(Alert.Acknowledgement::note).orElse("");
    return fact("alert.acknowledged", alert, Map.of("note", note));
  }

  private static Fact fact(String type, Alert alert, Map<String, String> more) {
    Map<String, String> body = new TreeMap<>(more);
    body.put("source", alert.source());
    body.put("class", alert.alertClass().name().toLowerCase(Locale.ROOT));
    alert.device().map(DeviceId::value).ifPresent(device -> body.put("device", device));
    alert.cause().firing().ifPresent(firing -> body.put("firing", firing));
    return Fact.noted(new Subject("alert", alert.id()), type, body);
  }
}
