/* What comes down: commands and desired state. Internal. */
#ifndef VAGUS_INBOUND_H
#define VAGUS_INBOUND_H

#include "vagus.h"
#include "vagus_packet.h"

/* 0, or -1 when the message is none of the contract's. */
int vagus_inbound_message(vagus *v, const vagus_inbound *message);

/* What was taken before a restart and has no result is answered with unknown. */
void vagus_inbound_restarted(vagus *v);

#endif
