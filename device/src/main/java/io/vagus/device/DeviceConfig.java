package io.vagus.device;

import io.vagus.device.mqtt.LinkOptions;
import io.vagus.kit.HostPort;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What a device is and where it sends.
 *
 * @param secret shown as password, with the id as user name
 * @param tls asked for at each attempt to connect; empty: the connection is not encrypted
 */
public record DeviceConfig(
    String id,
    HostPort server,
    Optional<String> secret,
    Optional<Supplier<SSLContext>> tls,
    LinkOptions link,
    StoreConfig store) {

  /** A device that keeps its messages in memory and shows nothing yet. */
  public static DeviceConfig of(String id, HostPort server) {
    return new DeviceConfig(
        id,
        server,
        Optional.empty(),
        Optional.empty(),
        LinkOptions.DEFAULT,
        StoreConfig.inMemory());
  }

  public DeviceConfig withSecret(String shown) {
    return new DeviceConfig(id, server, Optional.of(shown), tls, link, store);
  }

  public DeviceConfig withTls(Supplier<SSLContext> context) {
    return new DeviceConfig(id, server, secret, Optional.of(context), link, store);
  }

  /** Trusts what these authorities signed (PEM). */
  public DeviceConfig withAuthorities(Path file) {
    SSLContext context = Tls.context(file, null);
    return withTls(() -> context);
  }

  public DeviceConfig with(StoreConfig other) {
    return new DeviceConfig(id, server, secret, tls, link, other);
  }

  public DeviceConfig with(LinkOptions other) {
    return new DeviceConfig(id, server, secret, tls, other, store);
  }

  @Override
  public String toString() {
    return "device " + id + " at " + server; // without the secret
  }
}
