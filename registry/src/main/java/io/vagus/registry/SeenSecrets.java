package io.vagus.registry;

import io.vagus.model.DeviceId;
import io.vagus.registry.SecretInventory.Weak;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the chosen secrets of devices that were set or shown since the start have in common. Of each
 * eight bytes of a MAC are held, under a key that dies with the process: nothing is stored that a
 * guess could be tried on, docs/decisions/0052. Thread-safe.
 */
final class SeenSecrets {
  /** More are not compared. */
  static final int MOST = 100_000;

  /**
   * @param weakness empty: none is known
   */
  private record Seen(long mac, String weakness) {}

  private final Map<String, Seen> byDevice = new ConcurrentHashMap<>();
  private final SecretKeySpec key;

  SeenSecrets() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** It is the device's: it was set, or shown and right. */
  void seen(String device, byte[] secret) {
    if (byDevice.size() < MOST || byDevice.containsKey(device)) {
      String text = new String(secret, StandardCharsets.UTF_8);
      byDevice.put(device, new Seen(mac(secret), WeakSecrets.why(text, device).orElse("")));
    }
  }

  /** It has another or none. */
  void gone(String device) {
    byDevice.remove(device);
  }

  int count() {
    return byDevice.size();
  }

  /** Devices that have one secret, together; each group and they in order. */
  List<List<DeviceId>> shared() {
    return byDevice.entrySet().stream()
        .collect(
            Collectors.groupingBy(
                e -> e.getValue().mac(),
                TreeMap::new,
                Collectors.mapping(e -> new DeviceId(e.getKey()), Collectors.toList())))
        .values()
        .stream()
        .filter(devices -> devices.size() > 1)
        .map(devices -> devices.stream().sorted().toList())
        .sorted((a, b) -> a.getFirst().compareTo(b.getFirst()))
        .toList();
  }

  List<Weak> weak(int limit) {
    return byDevice.entrySet().stream()
        .filter(e -> !e.getValue().weakness().isEmpty())
        .sorted(Map.Entry.comparingByKey())
        .limit(limit)
        .map(e -> new Weak(new DeviceId(e.getKey()), e.getValue().weakness()))
        .toList();
  }

  private long mac(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return ByteBuffer.wrap(mac.doFinal(secret)).getLong();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
