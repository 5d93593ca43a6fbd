package io.vagus.registry;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;

/** What every engine of the inventory refuses, in the same words. */
public final class CertificateRules {
  private CertificateRules() {}

  public static VagusException keyTaken(DeviceId owner) {
    return Rules.conflict(
        "key: is device \"" + owner + "\"'s (expected: a key of its own for each device)");
  }

  public static VagusException serialTaken(String serial) {
    return Rules.conflict("serial: \"" + serial + "\" exists already");
  }

  public static VagusException unknown(DeviceId device, String serial) {
    return Rules.notFound(
        "certificate: \"" + serial + "\" of device \"" + device + "\" does not exist");
  }
}
