using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Operations.Annotators;

/// <summary>
/// Counts the labels of one annotator: on each text and head, of which it keeps hashes of 64 bits, the last one.
/// </summary>
internal sealed class AnnotatorCounts
{
    private readonly SortedSet<string> _pipelines = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> _labels = [];

    public long Labels => _labels.Count;

    public DateTimeOffset? LastLabelAt { get; private set; }

    public IReadOnlyList<string> Pipelines => [.. _pipelines];

    public void Add(FeedbackReceived feedback)
    {
        _labels.Add(HashOf(feedback));
        _pipelines.Add(feedback.Pipeline);
        LastLabelAt = LastLabelAt is { } last && last > feedback.OccurredAt ? last : feedback.OccurredAt;
    }

    private static ulong HashOf(FeedbackReceived feedback) => BinaryPrimitives.ReadUInt64LittleEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', feedback.Pipeline, feedback.Head, feedback.Id))));
}
