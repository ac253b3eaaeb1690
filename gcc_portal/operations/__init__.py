"""Operations: health probes, figures of queues and workers for monitoring and operators, reads from the replica."""
