package io.vagus.process;

import io.vagus.wire.Sample;
import io.vagus.wire.Sample.MetricValue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 64-bit keys by which messages of one device are recognised. A key is compared with a few hundred
 * others of the same device, so that two messages share one by chance once in 10^17; a device that
 * seeks collisions harms only its own data. Keys are stored: how they are made never changes.
 */
final class Keys {
  /** No key: the message cannot be recognised. */
  static final long NONE = 0;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SEED = 0x5851F42D4C957F2DL;
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private Keys() {}

  static long ofId(String id) {
    return atLeastOne(text(mix(SEED, 1), id));
  }

  /** Content with its time, for a sample without an id. */
  static long ofContent(Sample sample) {
    long h = mix(mix(SEED, 2), sample.timeMicros());
    h = mix(h, sample.sequence());
    for (MetricValue value : sample.values()) {
      h = text(h, value.name());
      String text = value.text();
      h = text == null ? mix(h, Double.doubleToLongBits(value.number())) : text(h, text);
    }
    return atLeastOne(h);
  }

  /** A message with neither id nor time; means something only when it is marked as redelivery. */
  static long ofPacket(int packetId, byte[] payload) {
    return atLeastOne(bytes(mix(mix(SEED, 3), packetId), payload));
  }

  static long ofDevice(String device) {
    return text(mix(SEED, 4), device);
  }

  /** Never 0; two gateways share one in 255 cases, and then look like one. */
  static byte ofGateway(String device) {
    return (byte) (1 + Long.remainderUnsigned(text(mix(SEED, 5), device), 255));
  }

  private static long atLeastOne(long h) {
    return h == NONE ? 1 : h;
  }

  private static long text(long h, String s) {
    long word = s.length();
    for (int i = 0; i < s.length(); i++) {
      word = (word << 16) | s.charAt(i);
      if ((i & 3) == 3) {
        h = mix(h, word);
        word = 0;
      }
    }
    return mix(h, word);
  }

  private static long bytes(long h, byte[] b) {
    int i = 0;
    for (; i + 8 <= b.length; i += 8) {
      h = mix(h, (long) LONG.get(b, i));
    }
    long word = b.length;
    for (; i < b.length; i++) {
      word = (word << 8) | (b[i] & 0xFF);
    }
    return mix(h, word);
  }

  private static long mix(long h, long word) {
    long m = (h ^ word) * ODD;
    m ^= m >>> 32;
    m *= SEED;
    return m ^ (m >>> 29);
  }
}
