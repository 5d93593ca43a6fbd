package io.vagus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.MetricType;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.TelemetryCodec.Decoded;
import io.vagus.wire.TelemetryCodec.Undecodable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryCodecTest {
  private static final long T = micros("2026-11-22T10:00:00Z");

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  private static List<Sample> decoded(String type, String payload) {
    return switch (TelemetryCodec.decode(type, payload.getBytes(UTF_8))) {
      case Decoded d -> d.samples();
      case Undecodable u -> throw new AssertionError(u.toString());
    };
  }

  private static List<Sample> json(String payload) {
    return decoded("", payload);
  }

  private static Undecodable refused(String type, String payload) {
    return switch (TelemetryCodec.decode(type, payload.getBytes(UTF_8))) {
      case Decoded d -> throw new AssertionError(d.toString());
      case Undecodable u -> u;
    };
  }

  @Test
  void readsBareValues() {
    assertThat(json("{\"t\":21.5,\"n\":3,\"on\":true,\"mode\":\"eco\",\"none\":null}"))
        .containsExactly(
            Sample.of(
                Sample.ABSENT,
                MetricValue.number("t", 21.5),
                MetricValue.integer("n", 3),
                MetricValue.bool("on", true),
                MetricValue.text("mode", "eco")));
  }

  @Test
  void readsTimeIdAndSequenceBesideOrAroundValues() {
    Sample expected = new Sample("a7f", T, 0, 12, List.of(MetricValue.number("temperature", 21.5)));
    assertThat(
            json(
                "{\"time\":\"2026-11-22T10:00:00Z\",\"id\":\"a7f\",\"seq\":12,\"values\":{\"temperature\":21.5}}"))
        .containsExactly(expected);
    assertThat(
            json(
                "[{\"temperature\":21.5,\"seq\":12,\"ts\":%d,\"id\":\"a7f\"},{\"x\":1}]"
                    .formatted(T / 1000)))
        .hasSize(2)
        .startsWith(expected);
    assertThat(json("{\"id\":17,\"t\":1}").getFirst().id()).isEqualTo("17");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T10:00:00Z, 0",
    "2026-11-22t10:00:00.123456z, 123456",
    "2026-11-22T10:00:00.1239999999Z, 123999",
    "2026-11-22T12:30:00.5+02:30, 500000",
    "2026-11-21T22:00:01-12:00, 1000000",
    "2026-11-22 09:59:60Z, 0"
  })
  void readsTimesOfRfc3339(String text, long microsAfter) {
    assertThat(json("{\"time\":\"" + text + "\",\"t\":1}").getFirst().timeMicros())
        .isEqualTo(T + microsAfter);
  }

  @Test
  void tellsMillisecondsFromMicrosecondsBySize() {
    assertThat(json("{\"time\":99999999999999,\"t\":1}").getFirst().timeMicros())
        .isEqualTo(99999999999999000L);
    assertThat(json("{\"time\":100000000000000,\"t\":1}").getFirst().timeMicros())
        .isEqualTo(100000000000000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}",
        "[]",
        "[{}]",
        "[1]",
        "[[{\"t\":1}]]",
        "1",
        "\"x\"",
        "null",
        "{\"t\":1}{}",
        "{\"t\":1} x",
        "{\"t\":NaN}",
        "{\"t\":\"\\ud800\"}",
        "{\"t\":\"\\udc00\\ud800\"}",
        "{\"id\":\"\\ud83d\",\"t\":1}",
        "{\"t\":Infinity}",
        "{\"t\":01}",
        "{\"t\":+1}",
        "{\"t\":0x1}",
        "{'t':1}",
        "{t:1}",
        "{\"t\":1,}",
        "{\"t\":1,\"t\":2}",
        "{\"t\":{\"x\":1}}",
        "{\"t\":[1]}",
        "{\"values\":{\"t\":1},\"u\":2}",
        "{\"u\":2,\"values\":{\"t\":1}}",
        "{\"values\":{\"t\":1},\"values\":{\"t\":1}}",
        "{\"values\":{}}",
        "{\"values\":3}",
        "{\"time\":\"yesterday\",\"t\":1}",
        "{\"time\":\"2026-02-30T10:00:00Z\",\"t\":1}",
        "{\"time\":\"2026-11-22T24:00:00Z\",\"t\":1}",
        "{\"time\":\"2026-11-22T10:00:00\",\"t\":1}",
        "{\"time\":\"2026-11-22T10:00:00.Z\",\"t\":1}",
        "{\"time\":\"2026-11-22T10:00:00+99:00\",\"t\":1}",
        "{\"time\":1.5,\"t\":1}",
        "{\"time\":1e3,\"t\":1}",
        "{\"time\":true,\"t\":1}",
        "{\"time\":9223372036854775807,\"t\":1}",
        "{\"time\":92233720368547758070,\"t\":1}",
        "{\"time\":1,\"ts\":2,\"t\":1}",
        "{\"id\":\"\",\"t\":1}",
        "{\"id\":{},\"t\":1}",
        "{\"seq\":-1,\"t\":1}",
        "{\"seq\":1.5,\"t\":1}",
        "{\"seq\":99999999999999999999,\"t\":1}",
        "{\"a b\":1}",
        "{\"\":1}",
        "{\"t\u00e4\":1}",
        "{\"t\":\"\u0001\"}"
      })
  void refusesWhatIsNotTheContract(String payload) {
    Undecodable refused = refused("application/json", payload);
    assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(refused.why()).isNotBlank().hasSizeLessThan(400);
  }

  @Test
  void namesFieldValueAndBound() {
    assertThat(refused("", "{\"t\":1e400}"))
        .isEqualTo(
            new Undecodable(ErrorCode.VALUE_OUT_OF_RANGE, "t: 1e400 (expected: a finite double)"));
    assertThat(refused("", "{\"t\":1,\"t\":2}").why())
        .isEqualTo("t: twice (expected: each metric once)");
    assertThat(refused("text/csv", "t,1").code()).isEqualTo(ErrorCode.CONTENT_TYPE_UNKNOWN);
    assertThat(refused("text/csv", "t,1").why()).contains("text/csv");
  }

  @Test
  void refusesWhatIsDeepHugeOrTooMany() {
    assertThat(refused("", "{\"t\":" + "[".repeat(100_000)).code())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(refused("", "[".repeat(100_000)).code()).isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(refused("", "{\"t\":" + "9".repeat(100_000) + "}").code())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(refused("", "{\"t\":\"" + "x".repeat(100_000) + "\"}").code())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    assertThat(refused("", "{\"" + "x".repeat(129) + "\":1}").code())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
    String thousand =
        IntStream.range(0, 1000).mapToObj(i -> "\"m" + i + "\":1").collect(Collectors.joining(","));
    assertThat(json("{" + thousand + "}").getFirst().values()).hasSize(1000);
    assertThat(refused("", "{" + thousand + ",\"x\":1}").code())
        .isEqualTo(ErrorCode.TOO_MANY_VALUES);
    String nulls = "[" + "{\"x\":null},".repeat(1001);
    assertThat(refused("", nulls + "{\"x\":1}]").code()).isEqualTo(ErrorCode.TOO_MANY_VALUES);
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] payload = "{\"t\":\"xx\"}".getBytes(UTF_8);
    payload[6] = (byte) 0xC3;
    payload[7] = (byte) 0x28;
    assertThat(TelemetryCodec.decode("", payload)).isInstanceOf(Undecodable.class);
  }

  @Test
  void passesOverParametersOfTheContentType() {
    assertThat(decoded("application/json; charset=utf-8", "{\"t\":1}")).hasSize(1);
  }

  @Test
  void readsSenml() {
    assertThat(
            decoded(
                "application/senml+json",
                """
                [{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.320067464e+09,"bu":"%RH","v":20},
                 {"n":"voltage","u":"V","v":120.1},
                 {"n":"label","t":60,"vs":"Machine Room"},
                 {"n":"open","t":60,"vb":false}]
                """))
        .containsExactly(
            Sample.of(
                1_320_067_464_000_000L,
                MetricValue.number("10e2073a01080063", 20),
                MetricValue.number("voltage", 120.1)),
            Sample.of(
                1_320_067_524_000_000L,
                MetricValue.text("label", "Machine Room"),
                MetricValue.bool("open", false)));
  }

  @Test
  void readsSenmlTimesRelativeToTheArrival() {
    assertThat(
            decoded(
                "application/senml+json",
                "[{\"n\":\"t\",\"v\":1},{\"n\":\"t\",\"t\":-5,\"bv\":10,\"v\":2}]"))
        .containsExactly(
            new Sample(null, Sample.ABSENT, 0, Sample.ABSENT, List.of(MetricValue.number("t", 1))),
            new Sample(
                null,
                Sample.ABSENT,
                -5_000_000,
                Sample.ABSENT,
                List.of(MetricValue.number("t", 12))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[{\"n\":\"t\"}]",
        "[{\"n\":\"t\",\"v\":1,\"v\":2}]",
        "[{\"n\":\"t\",\"v\":1,\"vb\":true}]",
        "[{\"n\":\"t\",\"v\":\"1\"}]",
        "[{\"n\":\"t\",\"vs\":1}]",
        "[{\"n\":1,\"v\":1}]",
        "[{\"n\":\"t\",\"vd\":\"AA\"}]",
        "[{\"n\":\"t\",\"s\":1}]",
        "[{\"bver\":11,\"n\":\"t\",\"v\":1}]",
        "[{\"n\":\"t\",\"v\":1,\"must_\":1}]",
        "[{\"n\":\"t\",\"v\":1},{\"n\":\"t\",\"v\":2}]",
        "[{\"n\":\"t\",\"v\":1e999}]",
        "[{\"n\":\"t\",\"t\":1e300,\"v\":1}]",
        "[{\"v\":1}]"
      })
  void refusesSenmlThatIsNone(String payload) {
    assertThat(refused("application/senml+json", payload).code())
        .isEqualTo(ErrorCode.PAYLOAD_MALFORMED);
  }

  @Property(tries = 500)
  void readsBackWhatItWrote(@ForAll("samples") List<Sample> samples) {
    assertThat(TelemetryCodec.decode("", TelemetryCodec.encode(samples)))
        .isEqualTo(new Decoded(samples));
  }

  @Property(tries = 2000)
  void neverThrowsWhateverTheBytes(@ForAll byte[] bytes) {
    assertThat(TelemetryCodec.decode("", bytes)).isNotNull();
    assertThat(TelemetryCodec.decode(TelemetryCodec.SENML_JSON, bytes)).isNotNull();
  }

  @Property(tries = 1000)
  void neverThrowsWhenOneByteIsWrong(
      @ForAll("samples") List<Sample> samples, @ForAll int at, @ForAll byte wrong) {
    byte[] payload = TelemetryCodec.encode(samples);
    payload[Math.floorMod(at, payload.length)] = wrong;
    assertThat(TelemetryCodec.decode("", payload)).isNotNull();
  }

  @Provide
  Arbitrary<List<Sample>> samples() {
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(12);
    Arbitrary<MetricValue> values =
        Combinators.combine(
                names.map(n -> "m-" + n),
                Arbitraries.of(MetricType.class),
                Arbitraries.doubles(),
                Arbitraries.strings().ofMaxLength(20).filter(TelemetryCodecTest::isUnicode))
            .as((name, type, number, text) ->
                switch (type) {
                  case NUMBER -> MetricValue.number(name, number);
                  case INTEGER -> MetricValue.integer(name, (long) (number % (1L << 53)));
                  case BOOLEAN -> MetricValue.bool(name, number > 0);
                  case TEXT -> MetricValue.text(name, text);
                });
    Arbitrary<Long> times =
        Arbitraries.longs().between(micros("0001-01-01T00:00:00Z"), micros("9999-12-31T23:59:59Z"));
    return Combinators.combine(
            names.injectNull(0.5),
            times.injectNull(0.3),
            Arbitraries.longs().greaterOrEqual(0).injectNull(0.5),
            values.list().ofMinSize(1).ofMaxSize(5).uniqueElements(MetricValue::name))
        .as((id, time, seq, list) ->
            new Sample(
                id,
                time == null ? Sample.ABSENT : time,
                0,
                seq == null ? Sample.ABSENT : seq,
                list))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  private static boolean isUnicode(String s) {
    return UTF_8.newEncoder().canEncode(s);
  }
}
