using StreamBert.Cli.Files;

namespace StreamBert.Cli.Replay;

/// <summary>Rows as bytes, for a file that is sorted on disk.</summary>
internal static class RowCodec
{
    public static void Write(BinaryWriter to, Row row)
    {
        var (number, content, position) = row;
        to.Write(number);
        to.Write(position);
        to.Write(content.Line);
        to.Write(content.Raw.Length);
        to.Write(content.Raw);
        Write(to, content.Note);
        Write(to, content.Fault?.Reason);
        Write(to, content.Fault?.Detail);
        to.Write(content.Fields?.Count ?? -1);
        foreach (var (name, cell) in content.Fields ?? new Dictionary<string, Cell>())
        {
            to.Write(name);
            to.Write(cell.IsArray);
            Write(to, cell.Value);
        }
    }

    public static Row Read(BinaryReader from)
    {
        var (number, position, line) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        var raw = from.ReadBytes(from.ReadInt32());
        var (note, reason, detail) = (ReadText(from), ReadText(from), ReadText(from));
        return new(number, new(line, raw, ReadFields(from), reason is null ? null : new(reason, detail!)) { Note = note }, position);
    }

    private static Dictionary<string, Cell>? ReadFields(BinaryReader from)
    {
        var count = from.ReadInt32();
        if (count < 0)
            return null;
        var fields = new Dictionary<string, Cell>(count);
        for (; count > 0; count--)
        {
            var (name, isArray) = (from.ReadString(), from.ReadBoolean());
            fields[name] = new(ReadText(from), isArray);
        }
        return fields;
    }

    private static void Write(BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null)
            to.Write(text);
    }

    private static string? ReadText(BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;
}
