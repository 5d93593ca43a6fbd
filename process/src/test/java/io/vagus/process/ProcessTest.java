package io.vagus.process;

import static io.vagus.process.Messages.T0;
import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.vagus.journal.RecordBatch;
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
import io.vagus.ledger.MessageId;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Outcome;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.model.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTest {
  private static final long SECOND = 1_000_000;
  private static final DeviceId D1 = new DeviceId("d1");

  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig(folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Balance.Line total() {
    Balance balance = rig.drain().balance();
    assertThat(balance.balanced()).as("%s", balance).isTrue();
    return balance.total();
  }

  private List<Duplicate> duplicates() {
    return rig.drain().duplicates(DuplicateFilter.ALL, Optional.empty(), 100).items();
  }

  private List<DeadLetter> deadLetters() {
    return rig.drain().deadLetters(DeadLetterFilter.ALL, Optional.empty(), 100).items();
  }

  private List<Gap> gaps() {
    return rig.drain().gaps(GapFilter.of(Optional.of(D1)), Optional.empty(), 100).items();
  }

  private ProductModel product(Optional<Duration> cadence, Violation onRange) {
    MetricModel t =
        new MetricModel(
            "t", MetricType.NUMBER, "Cel", OptionalDouble.of(-40), OptionalDouble.of(85), onRange);
    return rig.registry.saveProduct(
        new ProductModel(
            "probe", 1, "Probe", Map.of("t", t), Optional.of(Violation.REFUSE), cadence, 0));
  }

  @Test
  void storesAReadingWithAllThreeTimes() {
    rig.send(Messages.of("d1").at(T0 + SECOND).says(T0, 21.5));
    assertThat(total().accepted()).isEqualTo(1);
    assertThat(rig.series.stored.values())
        .containsExactly(new Reading(D1, "t", T0, T0, T0 + SECOND, 21.5, null, Quality.GOOD));
    assertThat(rig.latest("d1")).isEqualTo(List.copyOf(rig.series.stored.values()));
  }

  @Test
  void takesTheTimeOfArrivalForAReadingWithoutOne() {
    rig.send(Messages.of("d1").says("{\"t\":1,\"on\":true,\"mode\":\"eco\"}"));
    total();
    assertThat(rig.latest("d1"))
        .containsExactly(
            new Reading(D1, "mode", T0, T0, T0, Double.NaN, "eco", Quality.NO_DEVICE_TIME),
            new Reading(D1, "on", T0, T0, T0, 1, null, Quality.NO_DEVICE_TIME),
            new Reading(D1, "t", T0, T0, T0, 1, null, Quality.NO_DEVICE_TIME));
  }

  @Test
  void countsTheSameIdOnceWithItsCause() {
    Messages m = Messages.of("d1").id("a");
    rig.send(
        m.says("{\"t\":1}"),
        m.says("{\"t\":1}"),
        m.packet(7, true).says("{\"t\":1}"),
        m.via("gw1").says("{\"t\":1}"),
        Messages.of("d2").id("a").says("{\"t\":1}"));
    Balance.Line line = total();
    assertThat(line.accepted()).isEqualTo(2);
    assertThat(line.causes())
        .isEqualTo(
            Map.of(
                DuplicateCause.REPLAY, 1L,
                DuplicateCause.REDELIVERY, 1L,
                DuplicateCause.OTHER_GATEWAY, 1L));
    assertThat(duplicates())
        .extracting(Duplicate::id, Duplicate::duplicateOf, Duplicate::cause)
        .containsExactly(
            tuple("m-3", "m-0", DuplicateCause.OTHER_GATEWAY),
            tuple("m-2", "m-0", DuplicateCause.REDELIVERY),
            tuple("m-1", "m-0", DuplicateCause.REPLAY));
    Duplicate byGateway = duplicates().getFirst();
    assertThat(byGateway.path().orElseThrow().gateway()).contains(new DeviceId("gw1"));
    assertThat(byGateway.firstPath().orElseThrow())
        .isEqualTo(new Duplicate.Path(Transport.MQTT, Optional.empty(), T0));
  }

  @Test
  void findsDuplicatesAndGapsByTimeAndCause() {
    Messages m = Messages.of("d1").id("a").at(T0 + 10 * SECOND);
    rig.send(m.says("{\"t\":1}"), m.says("{\"t\":1}"), m.at(T0 + 20 * SECOND).says("{\"t\":1}"));
    for (int seq : new int[] {11, 15}) {
      String numbered = "{\"time\":%d,\"seq\":%d,\"t\":1}".formatted(T0 + seq * SECOND, seq);
      rig.send(Messages.of("d2").at(T0 + 30 * SECOND).says(numbered));
    }
    assertThat(duplicates(Optional.of(DuplicateCause.REPLAY), T0 + 15 * SECOND))
        .containsExactly("m-2");
    assertThat(duplicates(Optional.of(DuplicateCause.REDELIVERY), T0)).isEmpty();
    assertThat(gaps(T0 + 14 * SECOND, T0 + 60 * SECOND)).isEqualTo(1);
    assertThat(gaps(T0 + 15 * SECOND, T0 + 60 * SECOND)).isZero();
    assertThat(gaps(T0, T0 + 11 * SECOND)).isZero();
  }

  private List<String> duplicates(Optional<DuplicateCause> cause, long from) {
    DuplicateFilter filter = new DuplicateFilter(Optional.empty(), cause, from, Long.MAX_VALUE);
    return rig.drain().duplicates(filter, Optional.empty(), 10).items().stream()
        .map(Duplicate::id)
        .toList();
  }

  private int gaps(long from, long to) {
    GapFilter filter = new GapFilter(Optional.empty(), from, to);
    return rig.drain().gaps(filter, Optional.empty(), 10).items().size();
  }

  @Test
  void recognisesTheSameContentAtTheSameDeviceTime() {
    Messages m = Messages.of("d1");
    rig.send(m.says(T0, 1), m.at(T0 + SECOND).says(T0, 1), m.says(T0 + 1000, 1), m.says(T0, 2));
    assertThat(total().duplicate()).isEqualTo(1);
    assertThat(total().accepted()).isEqualTo(3);
  }

  @Test
  void comparesMessagesWithoutIdAndTimeOnlyWhenRedelivered() {
    Messages m = Messages.of("d1");
    rig.send(
        m.packet(1, false).says("{\"t\":1}"),
        m.packet(1, false).says("{\"t\":1}"),
        m.packet(2, true).says("{\"t\":1}"),
        m.packet(1, true).says("{\"t\":1}"));
    assertThat(total().accepted()).isEqualTo(3);
    assertThat(total().causes()).isEqualTo(Map.of(DuplicateCause.REDELIVERY, 1L));
  }

  @Test
  void comparesTheElementsOfAnArrayOneByOne() {
    Messages m = Messages.of("d1");
    rig.send(
        m.says("[{\"id\":\"a\",\"t\":1},{\"id\":\"b\",\"u\":2}]"),
        m.says("[{\"id\":\"b\",\"u\":9},{\"id\":\"c\",\"v\":3},{\"id\":\"c\",\"w\":4}]"),
        m.says("[{\"id\":\"a\",\"t\":9},{\"id\":\"c\",\"v\":9}]"));
    assertThat(total().accepted()).isEqualTo(2);
    assertThat(total().duplicate()).isEqualTo(1);
    assertThat(rig.latest("d1"))
        .extracting(Reading::metric, Reading::number)
        .containsExactly(tuple("t", 1.0), tuple("u", 2.0), tuple("v", 3.0));
  }

  @Test
  void forgetsIdsBeyondWindowAndAge() {
    Messages m = Messages.of("d1");
    rig.send(m.id("old").says("{\"t\":1}"));
    IntStream.range(0, 256).forEach(i -> rig.send(m.id("n" + i).says("{\"t\":1}")));
    rig.send(m.id("n0").says("{\"t\":1}"), m.id("old").says("{\"t\":1}"));
    assertThat(total().duplicate()).isEqualTo(1);
    Messages later = Messages.of("d2").id("x");
    rig.send(later.says("{\"t\":1}"));
    for (int hour = 1; hour <= 25; hour++) {
      rig.send(Messages.of("clock").at(T0 + hour * 3600 * SECOND).says("{\"t\":1}"));
    }
    rig.send(later.at(T0 + 25 * 3600 * SECOND).says("{\"t\":1}"));
    assertThat(total().duplicate()).isEqualTo(1);
  }

  @Test
  void keepsWhatCannotBeReadAndTellsTheDevice() {
    rig.send(
        Messages.of("d1").says("{\"t\":"), Messages.of("d1").product("nope", 3).says("{\"t\":1}"));
    assertThat(total().deadLettered()).isEqualTo(2);
    assertThat(total().reasons())
        .isEqualTo(Map.of(ErrorCode.PAYLOAD_MALFORMED, 1L, ErrorCode.MODEL_MISSING, 1L));
    assertThat(deadLetters()).extracting(DeadLetter::id).containsExactly("m-1", "m-0");
    assertThat(deadLetters().get(1).envelope().payload()).asString(UTF_8).isEqualTo("{\"t\":");
    assertThat(rig.errors).hasSize(2);
    assertThat(rig.drain().deadLetters(of(new DeviceId("d2"), T0), Optional.empty(), 10).items())
        .isEmpty();
    var first = rig.ledger.deadLetters(of(D1, T0), Optional.empty(), 1);
    assertThat(rig.ledger.deadLetters(of(D1, T0), first.next(), 5).items())
        .extracting(DeadLetter::id)
        .containsExactly("m-0");
    assertThat(rig.ledger.deadLetter("m-0").orElseThrow().reason())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
  }

  private static DeadLetterFilter of(DeviceId device, long fromMicros) {
    return new DeadLetterFilter(
        Optional.of(device), Optional.empty(), Optional.empty(), fromMicros, Long.MAX_VALUE);
  }

  @Test
  void putsADeadLetterBackOnceHoweverManyAsk() {
    rig.send(Messages.of("d1").product("nope", 3).id("a").says(T0, 1));
    rig.drain();
    AtomicInteger refused = new AtomicInteger();
    long done =
        IntStream.range(0, 64)
            .parallel()
            .mapToObj(i -> replay(refused))
            .filter(Optional::isPresent)
            .count();
    assertThat(done).isEqualTo(1);
    assertThat(refused).hasValue(63);
    assertThat(rig.drain().balance().listeners().get(Transport.REPLAY).received()).isEqualTo(1);
  }

  private Optional<String> replay(AtomicInteger refused) {
    try {
      return rig.ledger.replay("m-0");
    } catch (VagusException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
      refused.incrementAndGet();
      return Optional.empty();
    }
  }

  @Test
  void findsDeadLettersByReasonProductAndTime() {
    rig.send(
        Messages.of("d1").says("{\"t\":"),
        Messages.of("d1").product("nope", 3).says("{\"t\":1}"),
        Messages.of("d2").at(T0 + 1).says("{\"t\":"));
    rig.drain();
    assertThat(ids(Optional.empty(), Optional.of(ErrorCode.PAYLOAD_MALFORMED), T0))
        .containsExactly("m-2", "m-0");
    assertThat(ids(Optional.of("nope"), Optional.empty(), T0)).containsExactly("m-1");
    assertThat(ids(Optional.empty(), Optional.empty(), T0 + 1)).containsExactly("m-2");
  }

  private List<String> ids(Optional<String> product, Optional<ErrorCode> reason, long from) {
    DeadLetterFilter filter =
        new DeadLetterFilter(Optional.empty(), product, reason, from, Long.MAX_VALUE);
    return rig.ledger.deadLetters(filter, Optional.empty(), 10).items().stream()
        .map(DeadLetter::id)
        .toList();
  }

  @Test
  void tellsOfADevicesMessagesWhatBecameOfThemAndWhy() {
    rig.send(
        Messages.of("d1").says("{\"t\":"),
        Messages.of("d1").id("a").says(T0, 1),
        Messages.of("d1").id("a").says(T0, 1));
    List<MessageTrace> all = rig.drain().recent(D1, Optional.empty(), 10).items();
    assertThat(all)
        .extracting(MessageTrace::outcome)
        .containsExactly(Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.DEAD_LETTERED);
    List<MessageTrace> dead = rig.ledger.recent(D1, Optional.of(Outcome.DEAD_LETTERED), 10).items();
    assertThat(dead).containsExactly(all.getLast());
    assertThat(dead.getFirst().why()).isPresent().contains(rig.errors.getFirst().substring(4));
    assertThat(dead.getFirst().sizeBytes()).isEqualTo("{\"t\":".length());
    assertThat(rig.ledger.trace("m-0", Optional.empty())).containsExactly(dead.getFirst());
  }

  @Test
  void judgesByTheModelVersionInForceAndReplaysByTheNewOne() {
    ProductModel strict = product(Optional.empty(), Violation.REFUSE);
    rig.send(Messages.of("d1").product("probe", strict.version()).id("a").says(T0, 99));
    assertThat(deadLetters().getFirst().why()).contains("t: 99.0").contains("85.0");
    assertThat(rig.series.stored).isEmpty();
    product(Optional.empty(), Violation.FLAG);
    assertThat(rig.ledger.replay("m-0")).contains("m-1");
    assertThat(total().accepted()).isEqualTo(1);
    assertThat(rig.ledger.balance().listeners().get(Transport.REPLAY).accepted()).isEqualTo(1);
    assertThat(rig.series.stored.values())
        .containsExactly(new Reading(D1, "t", T0, T0, T0, 99, null, Quality.OUT_OF_RANGE));
    assertThat(deadLetters().getFirst().replayed()).isTrue();
    assertThatThrownBy(() -> rig.ledger.replay("m-0"))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    assertThat(rig.ledger.replay("m-77")).isEmpty();
    rig.crash();
    assertThat(rig.ledger.deadLetter("m-0").orElseThrow().replayed()).isTrue();
  }

  @Test
  void countsRefusalsAsReceivedAndRejected() {
    rig.send(
        new Refusals(T0, List.of(new Refusals.Tally(Transport.HTTP, ErrorCode.RATE_EXCEEDED, 12))));
    rig.send(Messages.of("d1").over(Transport.HTTP).says("{\"t\":1}"));
    Balance balance = rig.drain().balance();
    assertThat(balance.balanced()).isTrue();
    Balance.Line http = balance.listeners().get(Transport.HTTP);
    assertThat(http.received()).isEqualTo(13);
    assertThat(http.rejected()).isEqualTo(12);
    assertThat(http.reasons()).isEqualTo(Map.of(ErrorCode.RATE_EXCEEDED, 12L));
  }

  @Test
  void balancesWhileMessagesArePending() {
    rig.send(Messages.of("d1").says(T0, 1), Messages.of("d1").says(T0 + SECOND, 1));
    Balance balance = rig.ledger.balance();
    assertThat(balance.balanced()).isTrue();
    assertThat(balance.total().pending()).isEqualTo(2);
    assertThat(balance.total().received()).isEqualTo(2);
  }

  @Test
  void showsAMessageThatArrivedAndWasNeverDecided() {
    rig.send(Messages.of("d1").says(T0, 1));
    rig.append(Messages.of("d1").over(Transport.WS).says(T0, 2)); // decided, never counted
    rig.drain();
    assertThat(rig.ledger.balance().balanced()).isFalse();
    assertThat(rig.ledger.balance().listeners().get(Transport.WS).difference()).isEqualTo(-1);
  }

  @Test
  void neverLetsLateDataReplaceTheLastState() {
    Messages m = Messages.of("d1").at(T0 + 50 * SECOND);
    rig.send(m.says(T0 + 20 * SECOND, 2), m.says(T0 + 10 * SECOND, 1));
    total();
    assertThat(rig.latest("d1")).extracting(Reading::number).containsExactly(2.0);
    assertThat(rig.series.stored.values())
        .extracting(Reading::quality)
        .containsExactly(Quality.LATE, Quality.GOOD);
  }

  @Test
  void findsAndClosesGapsInSequenceNumbers() {
    Messages m = Messages.of("d1").at(T0 + 10 * SECOND);
    for (int seq : new int[] {1, 2, 6, 7}) {
      rig.send(m.says("{\"time\":%d,\"seq\":%d,\"t\":1}".formatted(T0 + seq * SECOND, seq)));
    }
    assertThat(gaps())
        .containsExactly(new Gap(D1, Gap.Kind.SEQUENCE, T0 + 2 * SECOND, T0 + 6 * SECOND, 3));
    rig.send(m.says("{\"time\":%d,\"seq\":4,\"t\":1}".formatted(T0 + 4 * SECOND)));
    assertThat(gaps()).extracting(Gap::missing).containsExactly(1L, 1L);
    rig.send(m.says("{\"time\":%d,\"seq\":3,\"t\":1}".formatted(T0 + 3 * SECOND)));
    rig.send(m.says("{\"time\":%d,\"seq\":5,\"t\":1}".formatted(T0 + 5 * SECOND)));
    assertThat(gaps()).isEmpty();
  }

  @Test
  void takesASmallerNumberWithANewerTimeForANewCount() {
    Messages m = Messages.of("d1");
    rig.send(
        m.says("{\"time\":%d,\"seq\":900,\"t\":1}".formatted(T0)),
        m.says("{\"time\":%d,\"seq\":0,\"t\":1}".formatted(T0 + SECOND)),
        m.says("{\"time\":%d,\"seq\":1,\"t\":1}".formatted(T0 + 2 * SECOND)));
    assertThat(gaps()).isEmpty();
  }

  @Test
  void findsSilencesAndFillsThemWithLateData() {
    int version = product(Optional.of(Duration.ofMinutes(1)), Violation.FLAG).version();
    Messages m = Messages.of("d1").product("probe", version);
    long minute = 60 * SECOND;
    rig.send(m.at(T0).says(T0, 1), m.at(T0 + 5 * minute).says(T0 + 5 * minute, 1));
    rig.clock.advance(Duration.ofMinutes(5));
    assertThat(gaps()).containsExactly(new Gap(D1, Gap.Kind.CADENCE, T0, T0 + 5 * minute, 4));
    for (int i = 1; i <= 3; i++) {
      rig.send(m.at(T0 + 5 * minute).says(T0 + i * minute, 1));
    }
    assertThat(gaps())
        .containsExactly(new Gap(D1, Gap.Kind.CADENCE, T0 + 3 * minute, T0 + 5 * minute, 1));
    rig.send(m.at(T0 + 5 * minute).says(T0 + 4 * minute, 1));
    assertThat(gaps()).isEmpty();
    rig.clock.advance(Duration.ofMinutes(10));
    assertThat(gaps())
        .as("a silence that lasts")
        .singleElement()
        .satisfies(gap -> assertThat(gap.missing()).isGreaterThanOrEqualTo(9));
  }

  @Test
  void tellsWhatHappenedToAMessageAndWhen() {
    rig.send(
        Messages.of("d1")
            .at(T0)
            .says("{\"id\":\"mine\",\"time\":%d,\"t\":1}".formatted(T0 - SECOND)),
        Messages.of("d1")
            .at(T0)
            .says("{\"id\":\"mine\",\"time\":%d,\"t\":1}".formatted(T0 - SECOND)),
        Messages.of("d2").at(T0).says("{"));
    rig.turn();
    MessageTrace early = rig.ledger.trace("m-0", Optional.empty()).getFirst();
    assertThat(early.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(early.storedMicros()).isEmpty();
    rig.drain();
    MessageTrace trace = rig.ledger.trace("m-0", Optional.empty()).getFirst();
    assertThat(trace.generatedMicros()).hasValue(T0 - SECOND);
    assertThat(trace.receivedMicros()).hasValue(T0);
    assertThat(trace.durableMicros()).hasValue(T0);
    assertThat(trace.storedMicros()).hasValue(T0 + 5 * SECOND);
    assertThat(trace.deviceMessageId()).contains("mine");
    assertThat(rig.ledger.trace("mine", Optional.of(D1)))
        .extracting(MessageTrace::id, MessageTrace::outcome, MessageTrace::duplicateOf)
        .containsExactly(
            tuple("m-1", Outcome.DUPLICATE, Optional.of("m-0")),
            tuple("m-0", Outcome.ACCEPTED, Optional.empty()));
    assertThat(rig.ledger.trace("mine", Optional.of(new DeviceId("d2")))).isEmpty();
    assertThat(rig.ledger.trace("m-2", Optional.empty()).getFirst().reason())
        .contains(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(rig.ledger.trace("m-99", Optional.empty())).isEmpty();
    assertThat(rig.ledger.recent(D1, Optional.empty(), 10).items())
        .extracting(MessageTrace::id)
        .containsExactly("m-1", "m-0");
    rig.crash();
    assertThat(rig.ledger.trace("m-0", Optional.empty())).containsExactly(trace);
    assertThat(rig.ledger.recent(D1, Optional.empty(), 1).items()).hasSize(1);
    assertThat(MessageId.parse(trace.id())).isPresent();
  }

  @Test
  void standsStillWhileTheSeriesFailsAndLosesNothing() throws Exception {
    rig.send(Messages.of("d1").says(T0, 1));
    rig.series.failures = 3;
    rig.drain();
    assertThat(rig.series.failures).isZero();
    assertThat(rig.series.stored).hasSize(1);
    assertThat(rig.worker.stalled()).isEmpty();
    rig.series.failures = 1_000_000;
    rig.send(Messages.of("d1").says(T0 + SECOND, 2));
    Thread loop = Thread.ofPlatform().start(rig::drain);
    eventually(
        Duration.ofSeconds(5),
        "it says why",
        () -> rig.worker.stalled().contains("planted failure"));
    rig.series.failures = 0;
    loop.join();
    assertThat(rig.series.stored).hasSize(2);
    assertThat(rig.worker.stalled()).isEmpty();
  }

  @Test
  void acceptsOtherChannelsOnce() {
    Messages event = Messages.of("d1").on(Channel.EVENTS);
    rig.send(
        event.id("e").says("whatever"),
        event.id("e").says("whatever"),
        event.packet(9, false).says("x"),
        event.packet(9, true).says("x"),
        event.says("x"));
    assertThat(total().accepted()).isEqualTo(3);
    assertThat(total().duplicate()).isEqualTo(2);
    assertThat(rig.series.stored).isEmpty();
  }

  @Test
  void passesOverARecordThatIsNoMessage() {
    RecordBatch batch = new RecordBatch(64);
    batch.add(T0, new byte[] {99, 1, 2}, 0, 3);
    rig.append(batch);
    rig.send(Messages.of("d1").says(T0, 1));
    assertThat(total().accepted()).isEqualTo(1);
    assertThat(total().received()).isEqualTo(1);
  }

  @Test
  void handsReadingsToWatchersAndCountsWhatTheyMiss() throws Exception {
    try (var all = rig.live.subscribe(device -> true);
        var other = rig.live.subscribe(device -> device.value().equals("d2"))) {
      rig.send(Messages.of("d1").says(T0, 1));
      rig.drain();
      assertThat(all.poll(Duration.ZERO)).extracting(Reading::number).containsExactly(1.0);
      assertThat(other.poll(Duration.ZERO)).isEmpty();
      for (int i = 1; i <= 10_002; i++) {
        rig.live.publish(new Reading(D1, "t", i, i, i, i, null, 0));
      }
      assertThat(all.dropped()).isEqualTo(2);
      assertThat(rig.live.dropped()).isEqualTo(2);
    }
    assertThat(rig.live.watchers()).isZero();
  }

  @Test
  void boundsTheMetricsOfOneDevice() {
    StringBuilder many = new StringBuilder("{\"m0\":1");
    IntStream.range(1, 999).forEach(i -> many.append(",\"m").append(i).append("\":1"));
    rig.send(
        Messages.of("d1").says(many + "}"),
        Messages.of("d1").says("{\"x\":1,\"y\":1}"),
        Messages.of("d1").says("{\"x\":1}"),
        Messages.of("d1").says("{\"y\":1}"),
        Messages.of("d1").says("{\"x\":2,\"m5\":1}"));
    assertThat(total().reasons()).isEqualTo(Map.of(ErrorCode.TOO_MANY_VALUES, 2L));
    assertThat(total().accepted()).isEqualTo(3);
  }

  @Test
  void commitsLargerPartsWhileItIsBehind() throws Exception {
    rig.close();
    ProcessConfig d = ProcessConfig.defaults();
    rig =
        new Rig(
            folder.resolve("behind"),
            new ProcessConfig(
                300,
                d.commitEvery(),
                d.checkpointEvery(),
                d.maintainEvery(),
                d.dedupeMessages(),
                d.dedupeAge(),
                d.clockThreshold(),
                d.maxFuture(),
                d.maxPast(),
                d.maxMetrics(),
                d.liveQueue(),
                d.deadLetterBytes(),
                d.duplicateBytes(),
                d.reportedHistoryBytes(),
                d.noteBytes(),
                d.outboxBytes()));
    rig.send(
        IntStream.range(0, 4500)
            .mapToObj(i -> Messages.of("d1").says(T0 + i, i))
            .toArray(Envelope[]::new));
    rig.turn();
    rig.turn();
    assertThat(rig.series.stored).isEmpty();
    rig.turn();
    assertThat(rig.series.stored).hasSize(3000);
    rig.turn();
    assertThat(rig.series.stored).hasSize(3000);
    rig.turn();
    assertThat(rig.series.stored).hasSize(4500);
  }

  @Test
  void maintainsTheSeriesAndGoesOnWhenThatFails() {
    rig.series.maintenanceFails = true;
    rig.clock.advance(Duration.ofSeconds(11));
    rig.send(Messages.of("d1").says(T0, 1));
    assertThat(total().accepted()).isEqualTo(1);
    assertThat(rig.series.maintained).isEqualTo(1);
    assertThat(rig.worker.stalled()).contains("maintenance");
    rig.series.maintenanceFails = false;
    rig.clock.advance(Duration.ofSeconds(11));
    rig.turn();
    assertThat(rig.series.maintained).isEqualTo(2);
    assertThat(rig.worker.stalled()).isEmpty();
  }
}
