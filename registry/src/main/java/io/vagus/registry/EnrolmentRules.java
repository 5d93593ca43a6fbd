package io.vagus.registry;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import java.util.List;

/** What every engine of enrolment takes and refuses, in the same words. */
public final class EnrolmentRules {
  static final int MAX_MEMBERS_AT_ONCE = 100_000;
  private static final long MOST_DEVICES = 10_000_000;
  private static final int MAX_PEM_CHARS = 65_536;
  private static final int MAX_SERIAL_CHARS = 128;

  private EnrolmentRules() {}

  public static void requireBatch(EnrolmentBatch batch) {
    if (!DeviceId.isValid(batch.id())) {
      throw Rules.invalid(
          "batch: \"" + batch.id() + "\" (expected: letters, digits and . _ : -, up to 128)");
    }
    if (batch.maxDevices() < 1 || batch.maxDevices() > MOST_DEVICES) {
      throw Rules.invalid(
          "maxDevices: " + batch.maxDevices() + " (expected: 1 to " + MOST_DEVICES + ")");
    }
    batch
        .prefix()
        .ifPresent(prefix -> {
          if (!DeviceId.isValid(prefix)) {
            throw Rules.invalid("prefix: \"" + prefix + "\" (expected: how a device's id begins)");
          }
        });
    batch
        .vendorRoot()
        .ifPresent(pem -> {
          if (pem.length() > MAX_PEM_CHARS) {
            throw Rules.invalid(
                "vendorRoot: " + pem.length() + " characters (expected: <= " + MAX_PEM_CHARS + ")");
          }
        });
  }

  public static void requireMembers(List<BatchMember> members) {
    if (members.size() > MAX_MEMBERS_AT_ONCE) {
      throw Rules.invalid(
          "members: " + members.size() + " (expected: <= " + MAX_MEMBERS_AT_ONCE + " at once)");
    }
    members.forEach(m ->
        m.serialNumber().ifPresent(s -> Rules.requireText("serialNumber", s, MAX_SERIAL_CHARS)));
  }

  public static VagusException batchExists(String id) {
    return Rules.conflict("batch: \"" + id + "\" exists already");
  }

  public static VagusException noBatch(String id) {
    return Rules.notFound("batch: \"" + id + "\" does not exist");
  }

  public static VagusException noMember(String batch, DeviceId device) {
    return Rules.notFound("device: \"" + device + "\" is not in batch \"" + batch + "\"");
  }

  public static VagusException noClaim(String batch, String serial) {
    return Rules.notFound(
        "claim certificate: \"" + serial + "\" of batch \"" + batch + "\" does not exist");
  }

  public static VagusException listedElsewhere(DeviceId device, String batch) {
    return Rules.conflict("device: \"" + device + "\" is listed in batch \"" + batch + "\"");
  }

  public static VagusException serialNumberTaken(String serialNumber, DeviceId by) {
    return Rules.conflict("serialNumber: \"" + serialNumber + "\" is device \"" + by + "\"'s");
  }

  public static VagusException tokenExists(String id) {
    return Rules.conflict("token: \"" + id + "\" exists already");
  }

  public static VagusException noToken(String id) {
    return Rules.notFound("token: \"" + id + "\" does not exist");
  }
}
