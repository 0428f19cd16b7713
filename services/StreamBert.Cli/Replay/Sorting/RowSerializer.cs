using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Replay.Sorting;

/// <summary>Serializes rows for the temporary files of a sort.</summary>
internal static class RowSerializer
{
    public static void Write(BinaryWriter writer, Row row)
    {
        var (number, content, position) = row;
        writer.Write(number);
        writer.Write(position);
        writer.Write(content.Line);
        writer.Write(content.Raw.Length);
        writer.Write(content.Raw);
        WriteNullable(writer, content.Note);
        WriteNullable(writer, content.Fault?.Reason);
        WriteNullable(writer, content.Fault?.Detail);
        writer.Write(content.Fields?.Count ?? -1);
        foreach (var (name, cell) in content.Fields ?? new Dictionary<string, Cell>())
        {
            writer.Write(name);
            writer.Write(cell.IsArray);
            WriteNullable(writer, cell.Value);
        }
    }

    public static Row Read(BinaryReader reader)
    {
        var (number, position, line) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        var raw = reader.ReadBytes(reader.ReadInt32());
        var (note, reason, detail) = (ReadNullable(reader), ReadNullable(reader), ReadNullable(reader));
        return new(number, new(line, raw, ReadFields(reader), reason is null ? null : new(reason, detail!)) { Note = note }, position);
    }

    private static Dictionary<string, Cell>? ReadFields(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < 0)
            return null;
        var fields = new Dictionary<string, Cell>(count);
        for (; count > 0; count--)
        {
            var (name, isArray) = (reader.ReadString(), reader.ReadBoolean());
            fields[name] = new(ReadNullable(reader), isArray);
        }
        return fields;
    }

    private static void WriteNullable(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static string? ReadNullable(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
