package io.vagus.ingest;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vagus.kit.WallClock;
import io.vagus.trust.DeviceCertificates;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The open connections by the certificate that their clients showed: none outlives its certificate,
 * be it that it is revoked or that its time is up. Thread-safe.
 */
// How a close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class CertifiedConnections {
  private static final AttributeKey<Boolean> ADDED =
      AttributeKey.valueOf(CertifiedConnections.class, "added");

  /** A hardware identity's is without end (IEEE 802.1AR §8.7); no connection lasts so long. */
  private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(3650);

  private final Map<String, Set<Channel>> bySerial = new ConcurrentHashMap<>();
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
    bySerial.compute(
        serial,
        (s, open) -> {
          Set<Channel> channels = open == null ? ConcurrentHashMap.newKeySet() : open;
          channels.add(channel);
          return channels;
        });
    channel.closeFuture().addListener(closed -> remove(serial, channel));
    closeAtEnd(channel, certificate);
  }

  /** One that has ended already is refused in the protocol's own words. */
  private void closeAtEnd(Channel channel, X509Certificate certificate) {
    long millis = certificate.getNotAfter().getTime() - clock.micros() / 1000;
    if (millis > 0 && millis < FOREVER_MILLIS) {
      ScheduledFuture<?> end =
          channel.eventLoop().schedule(() -> channel.close(), millis, TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(closed -> end.cancel(false));
    }
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
    bySerial.getOrDefault(serial, Set.of()).forEach(Channel::close);
  }
}
