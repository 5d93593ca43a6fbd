package io.vagus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.Mark;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EnvelopeCodecTest {

  private static byte[] encode(JournalEntry entry) {
    ByteBuffer out =
        ByteBuffer.allocate(EnvelopeCodec.maxBytes(entry)).order(ByteOrder.LITTLE_ENDIAN);
    EnvelopeCodec.encode(entry, out);
    return Arrays.copyOf(out.array(), out.position());
  }

  @Property(tries = 500)
  void readsBackAnEnvelope(@ForAll("envelopes") Envelope entry, @ForAll byte[] around) {
    byte[] encoded = encode(entry);
    byte[] padded = Arrays.copyOf(around, around.length + encoded.length);
    System.arraycopy(encoded, 0, padded, around.length, encoded.length);
    Envelope read = (Envelope) EnvelopeCodec.decode(padded, around.length, encoded.length);
    assertThat(read).usingRecursiveComparison().isEqualTo(entry);
  }

  @Property(tries = 200)
  void readsBackRefusals(@ForAll List<Refusals.@From("tallies") Tally> tallies) {
    Refusals refusals = new Refusals(17, tallies);
    byte[] encoded = encode(refusals);
    assertThat(EnvelopeCodec.decode(encoded, 0, encoded.length)).isEqualTo(refusals);
  }

  @Property(tries = 200)
  void readsBackAMark(@ForAll long micros, @ForAll long revision) {
    byte[] encoded = encode(new Mark(micros, revision));
    assertThat(EnvelopeCodec.decode(encoded, 0, encoded.length))
        .isEqualTo(new Mark(micros, revision));
  }

  @Property(tries = 2000)
  void givesAnEntryOrCorruptWhateverTheBytes(@ForAll byte[] bytes) {
    assertEntryOrCorrupt(bytes);
  }

  @Property(tries = 2000)
  void givesAnEntryOrCorruptWhenDamaged(
      @ForAll("envelopes") Envelope entry, @ForAll int at, @ForAll byte wrong, @ForAll int cut) {
    byte[] encoded = encode(entry);
    encoded[Math.floorMod(at, encoded.length)] = wrong;
    assertEntryOrCorrupt(encoded);
    assertEntryOrCorrupt(Arrays.copyOf(encoded, Math.floorMod(cut, encoded.length)));
  }

  private static void assertEntryOrCorrupt(byte[] bytes) {
    try {
      assertThat(EnvelopeCodec.decode(bytes, 0, bytes.length)).isNotNull();
    } catch (VagusException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    }
  }

  @Provide
  Arbitrary<Refusals.Tally> tallies() {
    return Combinators.combine(
            Arbitraries.of(Transport.class),
            Arbitraries.of(ErrorCode.class),
            Arbitraries.longs().greaterOrEqual(0))
        .as(Refusals.Tally::new);
  }

  @Provide
  Arbitrary<Envelope> envelopes() {
    Arbitrary<DeviceId> devices =
        Arbitraries.strings()
            .withChars("abcXYZ019.-_:")
            .ofMaxLength(127)
            .map(s -> new DeviceId("d" + s));
    Arbitrary<Optional<String>> ids =
        Arbitraries.strings()
            .ofMaxLength(40)
            .map(EnvelopeCodecTest::withoutLoneSurrogates)
            .optional();
    Arbitrary<Envelope> some =
        Combinators.combine(
                devices,
                devices.optional(),
                Arbitraries.of(Channel.class),
                Arbitraries.of(Transport.class),
                Arbitraries.longs(),
                ids,
                Arbitraries.integers().between(0, 65_535),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
            .as((device, gateway, channel, transport, micros, id, packet, payload) ->
                new Envelope(
                    device,
                    gateway,
                    channel,
                    transport,
                    micros,
                    id.map(s -> "application/" + s).orElse(""),
                    id,
                    "open",
                    micros.intValue(),
                    packet % 2 == 0,
                    packet,
                    payload));
    return some;
  }

  private static String withoutLoneSurrogates(String s) {
    return s.codePoints()
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
