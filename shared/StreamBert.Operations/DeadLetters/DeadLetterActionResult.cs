namespace StreamBert.Operations.DeadLetters;

/// <summary>Reports what a replay or a discard has done.</summary>
/// <param name="Done">The number of dead letters that were replayed or discarded.</param>
/// <param name="Skipped">The number of matching dead letters that had been replayed or discarded before.</param>
/// <param name="Unreplayable">
/// The number of dead letters that cannot be replayed, because their input topic no longer exists, or because the original of a dead
/// letter without its value
/// was deleted.
/// </param>
public sealed record DeadLetterActionResult(int Done, int Skipped, int Unreplayable);
