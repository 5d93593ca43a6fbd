package io.vagus.command;

import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the event log tells of bulk commands. Field names are stored: they never change meaning. */
final class BulkFacts {
  private BulkFacts() {}

  static Fact created(Bulk bulk) {
    BulkOrder order = bulk.order();
    Map<String, String> body = new LinkedHashMap<>();
    body.put("name", order.name());
    body.put("arguments", order.arguments());
    order.scope().group().ifPresent(group -> body.put("group", group.value()));
    order.scope().product().ifPresent(product -> body.put("product", product));
    order.scope().query().ifPresent(query -> body.put("query", query));
    order.deadline().ifPresent(deadline -> body.put("deadline", deadline.toString()));
    body.put("rate", Double.toString(order.rateHz()));
    body.put("devices", Long.toString(bulk.devices()));
    return fact(bulk, "command.bulk-created", body);
  }

  static Fact moved(Bulk after) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("state", after.state().name().toLowerCase(Locale.ROOT));
    body.put("rate", Double.toString(after.order().rateHz()));
    if (!after.why().isEmpty()) {
      body.put("why", after.why());
    }
    return fact(after, "command.bulk-changed", body);
  }

  private static Fact fact(Bulk bulk, String type, Map<String, String> body) {
    return Fact.noted(new Subject("bulk-command", bulk.id()), type, body);
  }
}
