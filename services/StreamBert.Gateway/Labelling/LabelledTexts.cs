using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Knows for which texts and heads there is feedback. It keeps a hash of 64 bits for each, and reads the topic once; afterwards only what
/// is new.
/// </summary>
internal sealed class LabelledTexts(IEventLog log, SubjectVault vault) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<int, long> _positions = [];
    private readonly ConcurrentDictionary<ulong, bool> _labelled = [];

    /// <summary>Reads the feedback up to now.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var records = log.ReadToEndAsync(Topics.Feedback, new Dictionary<int, long>(_positions), cancellation);
            await foreach (var (record, _, state) in vault.OpenAsync(records, cancellation))
            {
                if (state == SealState.Readable && EventReader.Read<FeedbackReceived>(record, out var feedback) is null)
                    _labelled[HashOf(feedback.Pipeline, feedback.Id, feedback.Head)] = true;
                _positions[record.Position.Partition] = record.Position.Offset + 1;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Whether there is feedback on a head of a text.</summary>
    public bool Contains(string pipeline, string id, string head) => _labelled.ContainsKey(HashOf(pipeline, id, head));

    public void Dispose() => _reading.Dispose();

    private static ulong HashOf(string pipeline, string id, string head) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{pipeline}\n{head}\n{id}")));
}
