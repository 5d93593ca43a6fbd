package io.vagus.ingest.mqtt;

import io.vagus.registry.Credentials;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Proves who connects, without blocking. */
@FunctionalInterface
public interface MqttAuthenticator {

  /**
   * Judges user name and password.
   *
   * @param eventLoop the caller's; where {@code answer} is called, at once when possible
   * @param wanted whether the connection is still there
   */
  void authenticate(
      Executor eventLoop,
      InetAddress remote,
      String name,
      byte[] secret,
      BooleanSupplier wanted,
      Consumer<Credentials.Verdict> answer);
}
