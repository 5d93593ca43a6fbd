package io.vagus.api;

import io.vagus.command.Bulk;
import io.vagus.command.BulkOrder;
import io.vagus.command.BulkProgress;
import io.vagus.command.BulkRecords.Outcome;
import io.vagus.command.BulkStanding;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.wire.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** A bulk command as JSON. */
final class BulkShape {
  private static final double DEFAULT_RATE_HZ = 10;
  private static final long DEFAULT_LEAST = 10;

  private BulkShape() {}

  /** An order for what its caller sees; {@link #filter} says which devices it means. */
  static BulkOrder read(JsonObject json, Sight sight, String issuer) {
    Optional<GroupId> said =
        json.string("group").map(id -> json.make("group", () -> new GroupId(id)));
    Optional<String> product = json.string("product");
    Optional<String> query = json.string("query");
    if (said.isEmpty() && product.isEmpty() && query.isEmpty()) {
      throw Problem.invalid("group", "missing, as are product and query (expected: one of them)");
    }
    Optional<GroupId> group = sight.place("group", said);
    double rate = json.number("rate").orElse(DEFAULT_RATE_HZ);
    Optional<BulkOrder.Stop> stop = json.object("stop").map(BulkShape::stop);
    String name = json.require("name", json.string("name"));
    String arguments = json.text("arguments").orElse("{}");
    Optional<Command.Lane> lane = json.choice("lane", Shape.words(Command.Lane.class));
    Optional<java.time.Instant> deadline = json.string("deadline").map(CommandShape::time);
    json.end();
    return json.make(
        "rate",
        () ->
            new BulkOrder(
                name,
                arguments,
                lane,
                deadline,
                new BulkOrder.Scope(group, product, query),
                rate,
                stop,
                issuer));
  }

  private static BulkOrder.Stop stop(JsonObject json) {
    double share = json.require("share", json.number("share").stream().boxed().findFirst());
    long least = json.integer("least", 1, BulkOrder.MAX_DEVICES).orElse(DEFAULT_LEAST);
    json.end();
    return json.make("share", () -> new BulkOrder.Stop(share, (int) least));
  }

  static DeviceFilter filter(BulkOrder.Scope scope) {
    DeviceFilter filter = scope.query().map(BulkShape::filter).orElse(DeviceFilter.ALL);
    filter = scope.group().isPresent() ? filter.inGroup(scope.group()) : filter;
    return scope.product().isPresent() ? filter.withProduct(scope.product().get()) : filter;
  }

  /** As the list of devices takes it, but for what stands beside it. */
  private static DeviceFilter filter(String query) {
    Set<String> names =
        DeviceShape.FILTER.stream()
            .filter(name -> !name.equals("group") && !name.equals("product"))
            .collect(Collectors.toUnmodifiableSet());
    return DeviceShape.filter(
        Query.parse(query, Route.get(BulkRoutes.ALL, names, call -> Reply.noContent())));
  }

  static Reply reply(int status, BulkStanding standing) {
    return Reply.json(status, out -> write(out, standing));
  }

  static void write(JsonGenerator out, BulkStanding standing) {
    Bulk bulk = standing.bulk();
    out.writeStringProperty("id", bulk.id());
    order(out, bulk.order());
    out.writeStringProperty("state", Shape.word(bulk.state()));
    if (!bulk.why().isEmpty()) {
      out.writeStringProperty("why", bulk.why());
    }
    out.writeStringProperty("createdAt", Shape.time(bulk.createdMicros()));
    if (bulk.endedMicros() > 0) {
      out.writeStringProperty("endedAt", Shape.time(bulk.endedMicros()));
    }
    out.writeBooleanProperty("settled", standing.isSettled());
    out.writeObjectPropertyStart("progress");
    progress(out, standing.progress());
    out.writeEndObject();
  }

  private static void order(JsonGenerator out, BulkOrder order) {
    out.writeStringProperty("name", order.name());
    out.writeName("arguments");
    out.writeRawValue(order.arguments());
    order.lane().ifPresent(lane -> out.writeStringProperty("lane", Shape.word(lane)));
    order.deadline().ifPresent(time -> out.writeStringProperty("deadline", time.toString()));
    order.scope().group().ifPresent(group -> out.writeStringProperty("group", group.value()));
    order.scope().product().ifPresent(product -> out.writeStringProperty("product", product));
    order.scope().query().ifPresent(query -> out.writeStringProperty("query", query));
    Shape.number(out, "rate", order.rateHz());
    order
        .stop()
        .ifPresent(stop -> {
          out.writeObjectPropertyStart("stop");
          Shape.number(out, "share", stop.share());
          out.writeNumberProperty("least", stop.least());
          out.writeEndObject();
        });
    out.writeStringProperty("issuer", order.issuer());
  }

  private static void progress(JsonGenerator out, BulkProgress progress) {
    out.writeNumberProperty("devices", progress.devices());
    out.writeNumberProperty("waiting", progress.waiting());
    out.writeNumberProperty("rejected", progress.rejected());
    out.writeNumberProperty("created", progress.created());
    for (CommandState state : CommandState.values()) {
      if (state != CommandState.CREATED && state != CommandState.VALIDATED) { // passed at once
        out.writeNumberProperty(Shape.camel(state), progress.in(state));
      }
    }
    out.writeNumberProperty("forgotten", progress.forgotten());
  }

  static void write(JsonGenerator out, Bulk bulk, Outcome outcome) {
    out.writeStringProperty("device", outcome.member().device().value());
    Optional<Command> command = outcome.command();
    if (outcome.rejected().isPresent()) {
      out.writeStringProperty("outcome", "rejected");
      out.writeStringProperty("why", outcome.rejected().get());
    } else if (command.isPresent()) {
      out.writeStringProperty("command", outcome.member().command());
      out.writeStringProperty("outcome", Shape.word(command.get().state()));
      String why = why(command.get());
      if (!why.isEmpty()) {
        out.writeStringProperty("why", why);
      }
    } else {
      boolean waits = outcome.member().place() > bulk.asked();
      out.writeStringProperty("outcome", waits ? "waiting" : "forgotten");
      if (waits && bulk.state().isOver()) {
        out.writeStringProperty(
            "why", "not asked: the bulk command is " + Shape.word(bulk.state()));
      }
    }
  }

  /** The device's own words where it has some. */
  private static String why(Command command) {
    String said = command.result().map(r -> (r.code() + " " + r.detail()).strip()).orElse("");
    return said.isEmpty() ? command.steps().getLast().why() : said;
  }
}
