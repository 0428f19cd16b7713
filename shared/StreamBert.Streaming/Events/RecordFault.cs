namespace StreamBert.Streaming.Events;

/// <summary>Why a record cannot be used.</summary>
/// <param name="Reason">One of <see cref="Contracts.DeadLetterReasons"/>.</param>
/// <param name="Detail">In words, without the record's content.</param>
/// <param name="Error">The exception behind it, if there was one.</param>
public sealed record RecordFault(string Reason, string Detail, Exception? Error = null);
