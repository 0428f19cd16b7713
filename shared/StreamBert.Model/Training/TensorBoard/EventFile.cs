using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace StreamBert.Model.Training.TensorBoard;

/// <summary>
/// Writes the metrics of a run to an event file, which TensorBoard displays. A record is its length, the masked CRC-32C of the length, the
/// message, and the masked CRC-32C of the message (TensorFlow's TFRecord format).
/// </summary>
public sealed class EventFile : IProgress<TrainingMetric>, IDisposable
{
    private const uint MaskDelta = 0xA282EAD8;
    private readonly FileStream _stream;
    private readonly TimeProvider _time;

    /// <summary>Creates a new file; a resumed run has several, which TensorBoard displays as one.</summary>
    /// <param name="directory">The directory of the run's files.</param>
    /// <param name="time">Dates the metrics.</param>
    public EventFile(string directory, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(directory);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds()}.{Guid.NewGuid():N}");
        _stream = new FileStream(
            Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Write(ScalarEvent.EncodeVersion(Now));
    }

    private double Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Appends a metric.</summary>
    /// <param name="value">The metric.</param>
    public void Report(TrainingMetric value) => Write(ScalarEvent.Encode(Now, value));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private void Write(byte[] message)
    {
        var header = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)message.Length);
        _stream.Write([.. header, .. ComputeMaskedCrc(header), .. message, .. ComputeMaskedCrc(message)]);
        _stream.Flush();
    }

    private static byte[] ComputeMaskedCrc(byte[] bytes)
    {
        var crc = ~bytes.Aggregate(uint.MaxValue, static (sum, next) => BitOperations.Crc32C(sum, next));
        var masked = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, unchecked(((crc >> 15) | (crc << 17)) + MaskDelta));
        return masked;
    }
}
