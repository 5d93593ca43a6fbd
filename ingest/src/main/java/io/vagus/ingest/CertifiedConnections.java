package io.vagus.ingest;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The open connections by the certificate that their clients showed: none outlives its certificate,
 * be it that it is revoked, that its time is up, or that the clock was moved past its end. An event
 * loop's timer knows only how much time passes, so all are looked at every few seconds.
 * Thread-safe.
 */
// How a close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class CertifiedConnections {
  private static final AttributeKey<Boolean> ADDED =
      AttributeKey.valueOf(CertifiedConnections.class, "added");

  /** A hardware identity's is without end (IEEE 802.1AR §8.7); no connection lasts so long. */
  private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(3650);

  private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(5);

  /** Those that showed one certificate, each with the moment at which it is closed. */
  private final Map<String, Map<Channel, Long>> bySerial = new ConcurrentHashMap<>();

  private final AtomicBoolean looking = new AtomicBoolean();
  private final WallClock clock;

  CertifiedConnections(WallClock clock) {
    this.clock = clock;
  }

  /** Once for each connection, on its event loop. */
  void add(Channel channel, X509Certificate certificate) {
    if (channel.attr(ADDED).getAndSet(true) != null) {
      return;
    }
    String serial = DeviceCertificates.serial(certificate);
    long endMillis = end(certificate);
    bySerial.compute(
        serial,
        (s, known) -> {
          Map<Channel, Long> open = known == null ? new ConcurrentHashMap<>() : known;
          open.put(channel, endMillis);
          return open;
        });
    channel.closeFuture().addListener(closed -> remove(serial, channel));
    closeAtEnd(channel, endMillis);
    if (looking.compareAndSet(false, true)) {
      long millis = LOOKED_AT_EVERY.toMillis();
      channel
          .eventLoop()
          .scheduleWithFixedDelay(this::closeEnded, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** One that has ended already is refused in the protocol's own words, or is being renewed. */
  private long end(X509Certificate certificate) {
    long endMillis = certificate.getNotAfter().getTime();
    return endMillis > millis() ? endMillis : Long.MAX_VALUE;
  }

  private void closeAtEnd(Channel channel, long endMillis) {
    long millis = endMillis - millis();
    if (millis < FOREVER_MILLIS) {
      ScheduledFuture<?> end =
          channel
              .eventLoop()
              .schedule(() -> closeWhenEnded(channel, endMillis), millis, TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(closed -> end.cancel(false));
    }
  }

  /** The clock may have gone back meanwhile. */
  private void closeWhenEnded(Channel channel, long endMillis) {
    if (endMillis <= millis()) {
      channel.close();
    } else {
      closeAtEnd(channel, endMillis);
    }
  }

  private void closeEnded() {
    long now = millis();
    bySerial
        .values()
        .forEach(open ->
            open.forEach((channel, endMillis) -> {
              if (endMillis <= now) {
                channel.close();
              }
            }));
  }

  private long millis() {
    return clock.micros() / 1000;
  }

  private void remove(String serial, Channel channel) {
    bySerial.computeIfPresent(
        serial,
        (s, open) -> {
          open.remove(channel);
          return open.isEmpty() ? null : open;
        });
  }

  /** The certificate was revoked. */
  void close(String serial) {
    bySerial.getOrDefault(serial, Map.of()).keySet().forEach(Channel::close);
  }
}
