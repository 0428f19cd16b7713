using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>Appends records as long as an assignment of the feedback topic is current, so that only one trainer writes.</summary>
internal sealed class AssignmentWriter(IGroupReader reader, int generation)
{
    /// <summary>Appends records in one step.</summary>
    /// <exception cref="BatchRevokedException">The assignment has ended; nothing was written.</exception>
    public Task AppendAsync(IReadOnlyList<NewRecord> records, CancellationToken cancellation) =>
        reader.CommitAsync(new(generation, []), records, cancellation);
}
