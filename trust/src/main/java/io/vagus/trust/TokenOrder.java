package io.vagus.trust;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.time.Duration;
import java.util.Optional;

/**
 * Provisioning tokens to be made.
 *
 * @param batch whose members may use them
 * @param device that alone may use it
 * @param product of the device if it must be made; empty: the batch's, or the device exists
 * @param group of the device if it must be made; empty: the batch's, or none
 * @param request PKCS #10: its key alone may be enrolled, and it may say which device
 * @param lifetime of 1 minute to 7 days
 * @param count 1 to 10 000; of one device or one key only 1
 */
public record TokenOrder(
    Optional<String> batch,
    Optional<DeviceId> device,
    Optional<String> product,
    Optional<GroupId> group,
    Optional<byte[]> request,
    Duration lifetime,
    int count) {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int MOST = 10_000;

  public TokenOrder {
    if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
      throw invalid(
          "lifetime: "
              + Durations.format(lifetime)
              + " (expected: 1m to "
              + LONGEST.toDays()
              + "d)");
    }
    if (batch.isEmpty() && device.isEmpty() && request.isEmpty()) {
      throw invalid("for whom: nobody (expected: a batch, a device or a csr)");
    }
    int most = device.isPresent() || request.isPresent() ? 1 : MOST;
    if (count < 1 || count > most) {
      throw invalid("count: " + count + " (expected: 1 to " + most + ")");
    }
  }

  private static VagusException invalid(String what) {
    return new VagusException(ErrorCode.INVALID_REQUEST, what);
  }
}
