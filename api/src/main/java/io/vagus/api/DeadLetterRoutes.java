package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.Ledger;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Page;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** Messages that could not be accepted, and their way back. Thread-safe. */
final class DeadLetterRoutes {
  private static final String ALL = "/api/v1/dead-letters";
  private static final int PAGE = 500;
  private static final String ONE = ALL + "/{id}";

  private final Ledger ledger;
  private final EventLog log;

  DeadLetterRoutes(Ledger ledger, EventLog log) {
    this.ledger = ledger;
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            ALL,
            Set.of("device", "product", "reason", "from", "to", "cursor", "limit"),
            this::list),
        Route.get(ONE, this::read),
        Route.write("POST", ONE + "/replay", Route.Body.NONE, this::replayOne),
        Route.write("POST", ALL + "/replay", Route.Body.JSON, this::replayMany));
  }

  private Reply list(Call call) {
    Query query = call.query();
    DeadLetterFilter filter =
        new DeadLetterFilter(
            call.queriedDevice(),
            query.string("product"),
            query.choice("reason", Shape.words(ErrorCode.class)),
            query.fromMicros(),
            query.toMicros());
    return Shape.page(
        ledger.deadLetters(
            filter.within(call.sight().devices()),
            query.string("cursor"),
            LedgerRoutes.limit(call)),
        DeadLetterRoutes::write);
  }

  private Reply read(Call call) {
    DeadLetter letter = existing(call);
    return Reply.json(200, out -> writeWithPayload(out, letter));
  }

  static void writeWithPayload(JsonGenerator out, DeadLetter letter) {
    write(out, letter);
    byte[] payload = letter.envelope().payload();
    out.writeStringProperty("payloadBase64", Base64.getEncoder().encodeToString(payload));
    text(payload).ifPresent(text -> out.writeStringProperty("payloadText", text));
  }

  private Reply replayOne(Call call) {
    String id = call.path("id");
    DeadLetter letter = existing(call);
    String message = ledger.replay(id).orElseThrow(() -> Problem.notFound("deadLetter", id));
    log.append(replayed(letter, message));
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("replayed", 1);
          out.writeStringProperty("message", message);
        });
  }

  private Reply replayMany(Call call) throws IOException {
    JsonObject json = call.json();
    DeadLetterFilter filter =
        new DeadLetterFilter(
            json.string("device").map(id -> Call.deviceId("device", id)),
            json.string("product"),
            json.choice("reason", Shape.words(ErrorCode.class)),
            micros(json, "from", Long.MIN_VALUE),
            micros(json, "to", Long.MAX_VALUE));
    int limit = json.integer("limit", 1, 10_000).orElse(1000L).intValue();
    json.end();
    return replayUpTo(limit, filter.within(call.sight().devices()));
  }

  private static long micros(JsonObject json, String name, long standard) {
    return json.string(name).map(text -> Query.timeMicros(name, text)).orElse(standard);
  }

  /** Newest first, as the ledger lists them. */
  private Reply replayUpTo(int limit, DeadLetterFilter filter) {
    int replayed = 0;
    boolean more = false;
    Optional<String> cursor = Optional.empty();
    do {
      Page<DeadLetter> page = ledger.deadLetters(filter, cursor, PAGE);
      List<Fact> facts = new ArrayList<>();
      for (DeadLetter letter : page.items()) {
        more |= !letter.replayed() && replayed + facts.size() == limit;
        if (!letter.replayed() && replayed + facts.size() < limit) {
          replay(letter).ifPresent(facts::add);
        }
      }
      log.append(facts);
      replayed += facts.size();
      cursor = page.next();
    } while (cursor.isPresent() && !more);
    return result(replayed, more);
  }

  private static Reply result(int replayed, boolean more) {
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("replayed", replayed);
          out.writeBooleanProperty("more", more);
        });
  }

  /** Empty when somebody else has replayed it since it was listed. */
  private Optional<Fact> replay(DeadLetter letter) {
    try {
      return ledger.replay(letter.id()).map(message -> replayed(letter, message));
    } catch (VagusException e) {
      if (e.code() != ErrorCode.CONFLICT) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Fact replayed(DeadLetter letter, String message) {
    return Fact.noted(
        Subject.device(letter.envelope().device()),
        "dead-letter.replayed",
        Map.of("deadLetter", letter.id(), "message", message));
  }

  private DeadLetter existing(Call call) {
    Predicate<DeviceId> seen = call.sight().devices();
    return ledger
        .deadLetter(call.path("id"))
        .filter(letter -> seen.test(letter.envelope().device()))
        .orElseThrow(() -> Problem.notFound("deadLetter", call.path("id")));
  }

  static void write(JsonGenerator out, DeadLetter letter) {
    Envelope envelope = letter.envelope();
    out.writeStringProperty("id", letter.id());
    out.writeStringProperty("device", envelope.device().value());
    out.writeStringProperty("product", envelope.product());
    out.writeNumberProperty("modelVersion", envelope.modelVersion());
    out.writeStringProperty("reason", letter.reason().code());
    out.writeStringProperty("why", letter.why());
    out.writeStringProperty("listener", envelope.transport().label());
    out.writeStringProperty("channel", Shape.word(envelope.channel()));
    out.writeStringProperty("contentType", envelope.contentType());
    out.writeStringProperty("receivedTime", Shape.time(envelope.receivedMicros()));
    out.writeNumberProperty("sizeBytes", envelope.payload().length);
    out.writeBooleanProperty("replayed", letter.replayed());
  }

  private static Optional<String> text(byte[] payload) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
