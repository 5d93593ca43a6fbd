package io.vagus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LifeTest {
  private static final long START = 1_796_000_000_000_000L;
  private static final long MINUTE = 60_000_000;

  private static List<DevicePlan> demo(long seed) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream("demo.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Profile profile = ProfileFile.parse(text);
      return new Population(profile, seed).devices(profile.devices());
    }
  }

  private static DevicePlan plan(String id) throws IOException {
    return demo(1).stream().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
  }

  /** All that a device sends in ten minutes, and how it fares on its way. */
  private static List<String> tenMinutes(DevicePlan plan, long seed) {
    Life life = new Life(plan, seed, START, 0);
    List<String> sent = new ArrayList<>();
    for (long m = life.messageAt(START); life.dueMicros(m) < START + 10 * MINUTE; m++) {
      sent.add(
          life.dueMicros(m)
              + " "
              + new String(life.payload(m), StandardCharsets.UTF_8)
              + life.passage(m)
              + life.isSilent(m));
    }
    return sent;
  }

  private static double value(Life life, long micros, String metric) {
    JsonNode json = JsonMapper.shared().readTree(life.payload(life.messageAt(micros)));
    return json.path("values").path(metric).asDouble();
  }

  @Test
  void sameSeedGivesTheSameDevicesAndMessages() throws IOException {
    assertThat(demo(5)).isEqualTo(demo(5)).hasSize(198);
    for (DevicePlan plan : demo(5)) {
      assertThat(tenMinutes(plan, 5)).isEqualTo(tenMinutes(plan, 5)).isNotEmpty();
    }
  }

  @Test
  void aLifeThatBeginsAnewIsTheSameAtAnyTime() throws IOException {
    DevicePlan plan = plan("cold-room-058");
    long later = START + 12_345_678_901L;
    Life now = new Life(plan, 5, START, START - Life.ORIGIN_MICROS);
    Life then = new Life(plan, 5, later, later - Life.ORIGIN_MICROS);
    long message = now.messageAt(START);
    assertThat(then.messageAt(later)).isEqualTo(message);
    for (long m = message; m < message + 100; m++) {
      assertThat(then.dueMicros(m) - later).isEqualTo(now.dueMicros(m) - START);
      assertThat(values(then, m)).isEqualTo(values(now, m));
      assertThat(then.passage(m)).isEqualTo(now.passage(m));
    }
  }

  private static JsonNode values(Life life, long message) {
    return JsonMapper.shared().readTree(life.payload(message)).path("values");
  }

  @Test
  void anotherSeedGivesOthers() throws IOException {
    assertThat(demo(6)).isNotEqualTo(demo(5));
    DevicePlan plan = demo(5).getFirst();
    assertThat(tenMinutes(plan, 6)).doesNotContainAnyElementsOf(tenMinutes(plan, 5));
  }

  @Test
  void aStuckSensorShowsTheValueOfItsOnset() throws IOException {
    Life life = new Life(plan("cold-room-007"), 1, START, 0);
    double stuck = value(life, START, "temperature");
    double before = value(life, START - 120 * MINUTE, "temperature");
    LongStream.range(1, 60)
        .forEach(m -> assertThat(value(life, START + m * MINUTE, "temperature")).isEqualTo(stuck));
    assertThat(before).isNotEqualTo(stuck);
    assertThat(value(life, START, "humidity"))
        .isNotEqualTo(value(life, START + MINUTE, "humidity"));
  }

  @Test
  void aDriftingClockGainsFromTheStartOn() throws IOException {
    Life life = new Life(plan("cold-room-012"), 1, START, 0);
    long early = life.messageAt(START);
    long late = life.messageAt(START + 60 * MINUTE);
    assertThat(ahead(life, late) - ahead(life, early)).isBetween(28_000_000L, 30_000_000L);
  }

  private static long ahead(Life life, long message) {
    return JsonMapper.shared().readTree(life.payload(message)).path("time").asLong()
        - life.dueMicros(message);
  }

  @Test
  void aSilentDeviceComesBackAndGoesAgain() throws IOException {
    Life life = new Life(plan("cold-room-044"), 1, START, 0);
    assertThat(life.isSilent(life.messageAt(START - 10 * MINUTE))).isTrue();
    assertThat(life.isSilent(life.messageAt(START))).isFalse();
    assertThat(life.isSilent(life.messageAt(START + 30 * MINUTE))).isTrue();
  }

  @Test
  void atAnotherCadenceItNumbersItsMessagesOnUnderOtherIds() throws IOException {
    DevicePlan plan = demo(1).getFirst();
    Life life = new Life(plan, 1, START, 0);
    long last = life.messageAt(START + MINUTE);
    JsonNode before = JsonMapper.shared().readTree(life.payload(last));
    long now = life.dueMicros(last) + 1000;
    Life other = life.at(500_000, last, now);
    long first = other.messageAt(now);
    assertThat(other.dueMicros(first) - now).isBetween(0L, 500_000L);
    assertThat(other.dueMicros(first + 1) - other.dueMicros(first)).isEqualTo(500_000);
    JsonNode after = JsonMapper.shared().readTree(other.payload(first));
    assertThat(after.path("seq").asLong()).isEqualTo(before.path("seq").asLong() + 1);
    assertThat(after.path("id").asString()).isNotEqualTo(before.path("id").asString());
    // And back: none of the ids that it had comes again.
    Life back = other.at(plan.cadenceMicros(), first, now + MINUTE);
    JsonNode again = JsonMapper.shared().readTree(back.payload(back.messageAt(now + MINUTE)));
    assertThat(again.path("seq").asLong()).isEqualTo(after.path("seq").asLong() + 1);
    assertThat(again.path("id").asString()).contains(".");
  }
}
