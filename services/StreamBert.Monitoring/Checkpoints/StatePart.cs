namespace StreamBert.Monitoring.Checkpoints;

/// <summary>
/// A part of the state that is stored in a record of its own, and that later checkpoints refer to while it does not change.
/// </summary>
/// <param name="Hash">The <see cref="PartHash"/> of its JSON.</param>
/// <param name="Value">Its JSON, compressed.</param>
internal sealed record StatePart(string Hash, byte[] Value);
