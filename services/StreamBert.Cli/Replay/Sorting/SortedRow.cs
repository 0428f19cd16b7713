using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Replay.Sorting;

/// <summary>Represents a serialized row with its sort key: event time, then row number.</summary>
internal readonly record struct SortedRow(long Ticks, long Number, byte[] Bytes) : IComparable<SortedRow>
{
    public static SortedRow Create(Row row, DateTimeOffset time)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            RowSerializer.Write(writer, row);
        return new(time.UtcTicks, row.Number, bytes.ToArray());
    }

    public int CompareTo(SortedRow other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Number.CompareTo(other.Number);

    public Row ToRow()
    {
        using var reader = new BinaryReader(new MemoryStream(Bytes));
        return RowSerializer.Read(reader);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Ticks);
        writer.Write(Number);
        writer.Write(Bytes.Length);
        writer.Write(Bytes);
    }

    public static SortedRow Read(BinaryReader reader)
    {
        var (ticks, number) = (reader.ReadInt64(), reader.ReadInt64());
        return new(ticks, number, reader.ReadBytes(reader.ReadInt32()));
    }
}
