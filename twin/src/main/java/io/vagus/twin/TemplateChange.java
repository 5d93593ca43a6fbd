package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import java.util.List;

/**
 * What a product's template makes of one device.
 *
 * @param patch of its desired state; empty when it is as the template says
 * @param violations why it cannot be changed; then nothing of it is
 */
public record TemplateChange(DeviceId device, DocumentPatch patch, List<String> violations) {
  public TemplateChange {
    violations = List.copyOf(violations);
  }
}
