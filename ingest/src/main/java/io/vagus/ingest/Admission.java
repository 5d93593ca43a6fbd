package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a message may pass, before its content is looked at: it is its sender's own, small
 * enough, and not too soon. A gateway sends for the devices behind it too. Thread-safe.
 */
public final class Admission {

  /** What becomes of a message. */
  public sealed interface Decision {}

  /**
   * It may pass.
   *
   * @param model which judges it
   */
  public record Admitted(ProductModel model) implements Decision {}

  /**
   * It may not.
   *
   * @param retryAfter zero when trying again does not help
   */
  public record Denied(ErrorCode code, String why, Duration retryAfter) implements Decision {}

  private final Registry registry;
  private final int maxPayloadBytes;
  private final AccessConfig access;
  private final ConnectionLimits connections;
  private final Rates<DeviceId> rates;
  private final Rates<DeviceId> deviceMessages;
  private final Rates<DeviceId> deviceBytes;
  private final Rates<InetAddress> addressMessages;
  private final Rates<InetAddress> addressBytes;

  public Admission(
      Registry registry,
      LimitsConfig limits,
      AccessConfig access,
      ConnectionLimits connections,
      MonotonicClock clock) {
    this.registry = registry;
    this.maxPayloadBytes = (int) limits.maxPayload().bytes();
    this.access = access;
    this.connections = connections;
    this.rates = new Rates<>(clock);
    this.deviceMessages = new Rates<>(clock);
    this.deviceBytes = new Rates<>(clock);
    this.addressMessages = new Rates<>(clock);
    this.addressBytes = new Rates<>(clock);
  }

  /** Whether an address may send so much more; asked before anything else about a message. */
  public Optional<Denied> fromAddress(InetAddress remote, int payloadBytes) {
    boolean unlimited = access.messagesPerAddress() == 0 && access.bytesPerAddress().bytes() == 0;
    if (unlimited || connections.isExempt(remote)) {
      return Optional.empty();
    }
    return tooMany(
            addressMessages, remote, access.messagesPerAddress(), 1, "messages", "one address")
        .or(() ->
            tooMany(
                addressBytes,
                remote,
                access.bytesPerAddress().bytes(),
                payloadBytes,
                "bytes",
                "one address"));
  }

  private Optional<Denied> fromDevice(DeviceId device, int payloadBytes) {
    if (access.messagesPerDevice() == 0 && access.bytesPerDevice().bytes() == 0) {
      return Optional.empty();
    }
    return tooMany(deviceMessages, device, access.messagesPerDevice(), 1, "messages", "one device")
        .or(() ->
            tooMany(
                deviceBytes,
                device,
                access.bytesPerDevice().bytes(),
                payloadBytes,
                "bytes",
                "one device"));
  }

  private static <K> Optional<Denied> tooMany(
      Rates<K> rates, K who, long perMinute, long taken, String what, String of) {
    long waitNanos = perMinute == 0 ? 0 : rates.waitNanos(who, perMinute, taken);
    return waitNanos == 0
        ? Optional.empty()
        : Optional.of(
            new Denied(
                ErrorCode.RATE_EXCEEDED,
                what + "PerMinute: more (expected: <= " + perMinute + " of " + of + ")",
                Duration.ofNanos(waitNanos)));
  }

  /**
   * A message of an authenticated device.
   *
   * @param gateway the device that topic or path name before {@code via}
   * @param target the device that topic or path name
   */
  public Decision decide(
      Device sender, Optional<DeviceId> gateway, DeviceId target, int payloadBytes) {
    DeviceId speaker = gateway.orElse(target);
    if (!sender.id().equals(speaker)) {
      return new Denied(
          ErrorCode.NOT_AUTHORIZED,
          "device: " + speaker + " (expected: " + sender.id() + ", who sent it)",
          Duration.ZERO);
    }
    return gateway.isEmpty()
        ? decide(sender.product(), target, payloadBytes)
        : decideChild(gateway.get(), target, payloadBytes);
  }

  /** The child's own status, product and rate count. */
  private Decision decideChild(DeviceId gateway, DeviceId target, int payloadBytes) {
    Optional<Registry.Child> child =
        registry.child(target).filter(c -> c.gateway().equals(gateway));
    if (child.isEmpty()) {
      return new Denied(
          ErrorCode.NOT_AUTHORIZED,
          "device: " + target + " (expected: a device behind " + gateway + ")",
          Duration.ZERO);
    }
    return barred(target, child.get().status())
        .orElseGet(() -> decide(child.get().product(), target, payloadBytes));
  }

  /**
   * A message of an anonymous sender, who may be any device ({@code listen.open}). Looks the device
   * up, which may block on disk; one that is shut out stays so.
   */
  public Decision decideOpen(DeviceId target, int payloadBytes) {
    Optional<Device> device = registry.device(target);
    return device
        .flatMap(known -> barred(target, known.status()))
        .orElseGet(() ->
            decide(
                device.map(Device::product).orElse(ProductModel.OPEN.id()), target, payloadBytes));
  }

  private static Optional<Decision> barred(DeviceId device, Device.Status status) {
    String word = status.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return status
        .refusal()
        .map(code -> new Denied(code, "device: " + device + " is " + word, Duration.ZERO));
  }

  private Decision decide(String product, DeviceId device, int payloadBytes) {
    if (payloadBytes > maxPayloadBytes) {
      return new Denied(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "payloadBytes: " + payloadBytes + " (expected: <= " + maxPayloadBytes + ")",
          Duration.ZERO);
    }
    Optional<ProductModel> model = registry.model(product);
    if (model.isEmpty()) {
      return product.equals(ProductModel.OPEN.id())
          ? new Admitted(ProductModel.OPEN)
          : new Denied(
              ErrorCode.MODEL_MISSING, "product: " + product + " does not exist", Duration.ZERO);
    }
    Optional<Denied> tooMuch = fromDevice(device, payloadBytes);
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    int perMinute = model.get().maxMessagesPerMinute();
    long waitNanos = perMinute == 0 ? 0 : rates.waitNanos(device, perMinute);
    return waitNanos == 0
        ? new Admitted(model.get())
        : new Denied(
            ErrorCode.RATE_EXCEEDED,
            "messagesPerMinute: more (expected: <= " + perMinute + " by product " + product + ")",
            Duration.ofNanos(waitNanos));
  }
}
