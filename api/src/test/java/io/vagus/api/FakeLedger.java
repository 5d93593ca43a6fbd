package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.Balance;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.Gap;
import io.vagus.ledger.GapFilter;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Note;
import io.vagus.ledger.Outcome;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Page;
import io.vagus.model.Transport;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One of each kind, all of pump-1; dead letters can be added and replayed. */
final class FakeLedger implements Ledger {
  private static final DeviceId PUMP = new DeviceId("pump-1");
  private static final DeviceId GATEWAY = new DeviceId("gateway-1");
  private static final Duplicate.Path PATH =
      new Duplicate.Path(Transport.MQTT, Optional.of(GATEWAY), 1_000_050);

  private final Map<String, DeadLetter> deadLetters = new LinkedHashMap<>();

  FakeLedger() {
    addDeadLetter("17", "pump", ErrorCode.METRIC_UNKNOWN);
  }

  void addDeadLetter(String id, String product, ErrorCode reason) {
    byte[] payload = "{\"presure\": 3}".getBytes(StandardCharsets.UTF_8);
    Envelope envelope =
        new Envelope(
            PUMP,
            Optional.empty(),
            Channel.TELEMETRY,
            Transport.MQTT,
            1_000_000,
            "application/json",
            Optional.empty(),
            product,
            1,
            false,
            0,
            payload);
    deadLetters.put(id, new DeadLetter(id, reason, "presure: is not known", envelope, false));
  }

  @Override
  public Optional<String> replay(String id) {
    DeadLetter letter = deadLetters.get(id);
    if (letter == null) {
      return Optional.empty();
    }
    if (letter.replayed()) {
      throw new VagusException(ErrorCode.CONFLICT, "deadLetter: " + id + " was replayed before");
    }
    deadLetters.put(id, new DeadLetter(id, letter.reason(), letter.why(), letter.envelope(), true));
    return Optional.of("new-" + id);
  }

  @Override
  public Balance balance() {
    Balance.Line line =
        new Balance.Line(
            10,
            6,
            1,
            2,
            1,
            0,
            Map.of(ErrorCode.RATE_EXCEEDED, 1L, ErrorCode.METRIC_UNKNOWN, 2L),
            Map.of(DuplicateCause.REDELIVERY, 1L));
    return new Balance(Map.of(Transport.MQTT, line), line);
  }

  @Override
  public List<MessageTrace> trace(String id, Optional<DeviceId> device) {
    return id.equals("4711") && device.map(PUMP::equals).orElse(true)
        ? List.of(message())
        : List.of();
  }

  private static MessageTrace message() {
    return new MessageTrace(
        "4711",
        PUMP,
        Optional.of(GATEWAY),
        Optional.of("m-1"),
        Transport.MQTT,
        Outcome.DUPLICATE,
        Optional.empty(),
        Optional.empty(),
        Optional.of(DuplicateCause.REDELIVERY),
        Optional.of("4710"),
        17,
        OptionalLong.of(1_000_000),
        OptionalLong.of(1_000_100),
        OptionalLong.of(1_001_000),
        OptionalLong.of(1_002_000),
        OptionalLong.empty());
  }

  @Override
  public Page<MessageTrace> recent(DeviceId device, Optional<Outcome> outcome, int limit) {
    return new Page<>(device.equals(PUMP) ? List.of(message()) : List.of(), Optional.empty());
  }

  @Override
  public List<MessageTrace> messages(MessageFilter filter, int limit) {
    return filter.device().equals(PUMP) ? List.of(message()) : List.of();
  }

  @Override
  public List<Note> notes(MessageFilter filter, Channel channel, int limit) {
    byte[] line =
        "{\"level\": \"warning\", \"message\": \"bearing warm\"}".getBytes(StandardCharsets.UTF_8);
    return filter.device().equals(PUMP) && channel == Channel.LOGS
        ? List.of(new Note("4712", PUMP, Channel.LOGS, 1_500_000, line))
        : List.of();
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterFilter filter, Optional<String> cursor, int limit) {
    return new Page<>(
        deadLetters.values().stream().filter(filter::matches).toList(), Optional.empty());
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    return Optional.ofNullable(deadLetters.get(id));
  }

  @Override
  public Page<Duplicate> duplicates(DuplicateFilter filter, Optional<String> cursor, int limit) {
    Duplicate duplicate =
        new Duplicate(
            PUMP,
            "4711",
            Optional.of(PATH),
            "4710",
            Optional.of(PATH),
            DuplicateCause.REDELIVERY,
            1_000_100);
    return new Page<>(
        filter.within().test(PUMP) ? List.of(duplicate) : List.of(), Optional.empty());
  }

  @Override
  public Page<Gap> gaps(GapFilter filter, Optional<String> cursor, int limit) {
    Gap gap = new Gap(PUMP, Gap.Kind.SEQUENCE, 1_000_000, 5_000_000, 3);
    return new Page<>(filter.within().test(PUMP) ? List.of(gap) : List.of(), Optional.empty());
  }
}
