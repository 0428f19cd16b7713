using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Monitoring.Analysis;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>A checkpoint to commit: the parts of the state that have changed, and the state, which refers to all of its parts.</summary>
internal sealed record Checkpoint(IReadOnlyList<StatePart> Parts, byte[] State);

/// <summary>
/// Writes the checkpoints of a session. Its first one is complete; the later ones store the parts that have changed since the last
/// committed one (such as the open window, but not the closed ones) and refer to the others by their hashes.
/// </summary>
internal sealed class CheckpointWriter
{
    private readonly StateParts _parts;
    private readonly JsonTypeInfo<MonitorState> _type;

    /// <param name="parts">The parts of the session.</param>
    public CheckpointWriter(StateParts parts) => (_parts, _type) = (parts, CheckpointJson.ForWriting(parts));

    /// <summary>Writes a checkpoint. What it refers to is as of the last committed one.</summary>
    public Checkpoint Write(MonitorState state)
    {
        _parts.Begin();
        (state.Format, state.Parts) = (MonitorState.CurrentFormat, _parts.References);
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(zip, state, _type);
        _parts.Skip((int)bytes.Length);
        return new(_parts.End(), bytes.ToArray());
    }

    /// <summary>Writes a commit without a checkpoint.</summary>
    public byte[] Write(CommittedOffsets offsets)
    {
        var bytes = offsets.ToBytes();
        _parts.Skip(bytes.Length);
        return bytes;
    }

    /// <summary>The last checkpoint is committed.</summary>
    public void MarkCommitted() => _parts.MarkCommitted();
}
