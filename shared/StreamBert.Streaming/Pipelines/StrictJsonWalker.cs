using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// Compares JSON with the type that it is read as, and finds all faults with their lines: unknown, repeated and missing keys, values of the
/// wrong type, and nulls. A reader of .NET stops at the first, and does not know lines of keys that it ignores.
/// </summary>
/// <param name="utf8">The JSON.</param>
/// <param name="options">The options with which it is read afterwards.</param>
internal sealed class StrictJsonWalker(ReadOnlyMemory<byte> utf8, JsonSerializerOptions options)
{
    private readonly List<RulesFault> _faults = [];
    private readonly Dictionary<string, long> _lines = [];
    private (long Index, long Line) _counted = (0, 1);

    /// <summary>The faults in the order of the file.</summary>
    public IReadOnlyList<RulesFault> Faults => _faults;

    /// <summary>Walks through the whole JSON.</summary>
    public void Walk(JsonTypeInfo type, string path)
    {
        var reader = new Utf8JsonReader(
            utf8.Span, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = options.AllowTrailingCommas });
        try
        {
            reader.Read();
            WalkValue(ref reader, type, path, isNullable: false);
            while (reader.Read())
            {
                // Reads to the end, because content after the object is a fault of syntax.
            }
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:")[0];
            _faults.Add(new("", (e.LineNumber ?? 0) + 1, $"the file is not JSON at byte {(e.BytePositionInLine ?? 0) + 1}: {reason}"));
        }
    }

    /// <summary>Returns the line of a place; for one that the JSON leaves out, that of the nearest place around it.</summary>
    public long LineOf(string path)
    {
        while (path.Length > 0 && !_lines.ContainsKey(path))
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        return _lines.GetValueOrDefault(path, 1);
    }

    private void WalkValue(ref Utf8JsonReader reader, JsonTypeInfo type, string path, bool isNullable)
    {
        var line = LineAt(reader.TokenStartIndex);
        _lines.TryAdd(path, line);
        if (reader.TokenType == JsonTokenType.Null)
        {
            if (!isNullable)
                _faults.Add(new(path, line, "is null; leave it out or give it a value."));
            return;
        }
        switch (type.Kind, reader.TokenType)
        {
            case (JsonTypeInfoKind.Object, JsonTokenType.StartObject):
                WalkObject(ref reader, type, path, line);
                break;
            case (JsonTypeInfoKind.Dictionary, JsonTokenType.StartObject):
                WalkEntries(ref reader, type, path);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonTokenType.StartArray):
                for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
                    WalkValue(ref reader, options.GetTypeInfo(type.ElementType!), $"{path}[{index}]", isNullable: false);
                break;
            default:
                WalkLeaf(ref reader, type, path, line);
                break;
        }
    }

    private void WalkObject(ref Utf8JsonReader reader, JsonTypeInfo type, string path, long line)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, nameLine) = (reader.GetString()!, LineAt(reader.TokenStartIndex));
            var property = type.Properties.FirstOrDefault(property => property.Name == name);
            AddKeyFaults(type, Join(path, name), name, nameLine, isKnown: property is not null, isRepeated: !seen.Add(name));
            reader.Read();
            if (property is null)
                reader.Skip();
            else
                WalkValue(ref reader, options.GetTypeInfo(property.PropertyType), Join(path, name), property.IsSetNullable);
        }
        foreach (var missing in type.Properties.Where(property => property.IsRequired && !seen.Contains(property.Name)))
            _faults.Add(new(path, line, $"lacks '{missing.Name}'."));
    }

    private void AddKeyFaults(JsonTypeInfo type, string path, string name, long line, bool isKnown, bool isRepeated)
    {
        if (isRepeated)
            _faults.Add(new(path, line, "is there twice."));
        if (isKnown)
            return;
        var known = type.Properties.Select(static property => property.Name).Where(static known => known[0] != '$').ToList();
        var nearest = FieldNameSuggestion.Find(name, known) is { } found ? $" Did you mean '{found}'?" : "";
        _faults.Add(new(path, line, $"is not a key.{nearest} The keys here are {string.Join(", ", known)}."));
    }

    private void WalkEntries(ref Utf8JsonReader reader, JsonTypeInfo type, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name))
                _faults.Add(new(Join(path, name), LineAt(reader.TokenStartIndex), "is there twice."));
            reader.Read();
            WalkValue(ref reader, options.GetTypeInfo(type.ElementType!), Join(path, name), isNullable: false);
        }
    }

    private void WalkLeaf(ref Utf8JsonReader reader, JsonTypeInfo type, string path, long line)
    {
        var start = reader.TokenStartIndex;
        reader.Skip();
        var value = utf8.Span[(int)start..(int)reader.BytesConsumed];
        try
        {
            JsonSerializer.Deserialize(value, type);
        }
        catch (JsonException)
        {
            _faults.Add(new(path, line, $"is {Excerpt.Quote(Encoding.UTF8.GetString(value), 40)}; it must be {Describe(type)}."));
        }
    }

    private static string Describe(JsonTypeInfo type)
    {
        var value = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (value.IsEnum)
            return $"one of {string.Join(", ", RulesSchema.NamesOf(value).Select(static name => $"\"{name}\""))}";
        return (type.Kind, value) switch
        {
            (JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary, _) => "an object in braces",
            (JsonTypeInfoKind.Enumerable, _) => "a list in brackets",
            (_, var text) when text == typeof(string) => "a text in quotes",
            (_, var time) when time == typeof(TimeSpan) => "a time such as \"00:05:00\" (hours, minutes, seconds) or \"7.00:00:00\" (days)",
            (_, var date) when date == typeof(DateOnly) => "a date such as \"2026-12-25\"",
            (_, var whole) when whole == typeof(int) || whole == typeof(long) => "a whole number",
            (_, var logical) when logical == typeof(bool) => "true or false",
            _ => "a number",
        };
    }

    private static string Join(string path, string name) => path.Length > 0 ? $"{path}.{name}" : name;

    /// <summary>Counts lines up to an index; indexes only grow.</summary>
    private long LineAt(long index)
    {
        _counted = (index, _counted.Line + utf8.Span[(int)_counted.Index..(int)index].Count((byte)'\n'));
        return _counted.Line;
    }
}
