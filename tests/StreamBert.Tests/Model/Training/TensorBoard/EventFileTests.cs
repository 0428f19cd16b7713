using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Training;
using StreamBert.Model.Training.TensorBoard;

namespace StreamBert.Tests.Model.Training.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Oracle: Google's protobuf reader, and CRC-32C by its polynomial, bit by bit.</summary>
    [Fact]
    public void Another_reader_finds_the_version_and_every_value()
    {
        var start = new DateTimeOffset(2026, 11, 29, 12, 0, 0, 500, TimeSpan.Zero);
        using (var file = new EventFile(_folder["runs"], new FakeTimeProvider(start)))
        {
            file.Report(new("train/loss", 1, 0.75));
            file.Report(new("validation/macro_f1", 300, 0.5));
        }

        var path = Assert.Single(Directory.GetFiles(_folder["runs"]));
        Assert.StartsWith("events.out.tfevents.1", Path.GetFileName(path), StringComparison.Ordinal);
        var records = ReadRecords(File.ReadAllBytes(path)).ToList();
        Assert.Equal(
            [(0, "brain.Event:2", 0f), (1, "train/loss", 0.75f), (300, "validation/macro_f1", 0.5f)], records.Select(Parse));
        Assert.All(records, record => Assert.Equal(start.ToUnixTimeMilliseconds() / 1000.0, BitConverter.ToDouble(record, 1)));
    }

    [Fact]
    public void The_checksum_of_the_test_is_CRC_32C() => Assert.Equal(0xE3069283, Crc("123456789"u8)); // RFC 3720

    private static IEnumerable<byte[]> ReadRecords(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Unmask(file, at + 8), Crc(file.AsSpan(at, 8)));
            Assert.Equal(Unmask(file, at + 12 + length), Crc(file.AsSpan(at + 12, length)));
            yield return file[(at + 12)..(at + 12 + length)];
            at += 16 + length;
        }
    }

    private static uint Unmask(byte[] file, int at)
    {
        var rotated = unchecked(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) - 0xA282EAD8);
        return (rotated >> 17) | (rotated << 15);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }

    private static (long Step, string Text, float Value) Parse(byte[] record)
    {
        var input = new CodedInputStream(record);
        var (step, text, value) = (0L, "", 0f);
        for (uint key; (key = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(key))
            {
                case 1: input.ReadDouble(); break;
                case 2: step = input.ReadInt64(); break;
                case 3: text = input.ReadString(); break;
                case 5: (text, value) = ParseSummary(input.ReadBytes()); break;
                default: Assert.Fail($"field {key}"); break;
            }
        }
        return (step, text, value);
    }

    private static (string Tag, float Value) ParseSummary(ByteString summary)
    {
        var input = summary.CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), input.ReadTag());
        var value = input.ReadBytes().CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), value.ReadTag());
        var tag = value.ReadString();
        Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.Fixed32), value.ReadTag());
        return (tag, value.ReadFloat());
    }
}
