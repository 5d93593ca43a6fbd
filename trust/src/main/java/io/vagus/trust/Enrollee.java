package io.vagus.trust;

import io.vagus.model.DeviceId;

/**
 * A device that wants a certificate, as the listener proved it.
 *
 * @param serial of the certificate that it showed; empty: it proved itself by its secret
 * @param late whether that certificate had ended, within the grace time
 */
public record Enrollee(DeviceId device, String serial, boolean late) {}
