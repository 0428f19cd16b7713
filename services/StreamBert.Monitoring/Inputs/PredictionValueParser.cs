using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Parses the values of a prediction's fields. Null means that the general reader must read them.</summary>
internal sealed class PredictionValueParser
{
    /// <summary>The number of lists of labels that are remembered as free of duplicates.</summary>
    private const int MaxLabelLists = 64;

    private readonly Utf8Names _names = new();
    private readonly List<KeyValuePair<string, HeadPrediction>> _heads = [];
    private readonly List<KeyValuePair<string, double>> _scores = [];
    private readonly List<KeyValuePair<string, string>> _attributes = [];
    private readonly List<Entity> _entities = [];

    /// <summary>First name → names of a list that has no duplicates.</summary>
    private readonly Dictionary<string, string[]> _distinct = [];

    /// <exception cref="JsonException">The value is not a string.</exception>
    public string NameOf(ref Utf8JsonReader reader) =>
        reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) ? throw new JsonException("A string was expected.")
        : reader.ValueIsEscaped ? reader.GetString()! : _names.Get(reader.ValueSpan);

    public SmallMap<HeadPrediction>? ParseHeads(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        _heads.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var head = NameOf(ref reader);
            reader.Read();
            if (ParseHead(ref reader) is not { } predicted)
                return null;
            _heads.Add(new(head, predicted));
        }
        return AreDistinct(_heads) ? new([.. _heads]) : null;
    }

    public SmallMap<string>? ParseAttributes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        _attributes.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            _attributes.Add(new(name, NameOf(ref reader)));
        }
        return AreDistinct(_attributes) ? new([.. _attributes]) : null;
    }

    public Entity[]? ParseEntities(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return null;
        _entities.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (ParseEntity(ref reader) is not { } entity)
                return null;
            _entities.Add(entity);
        }
        return reader.TokenType == JsonTokenType.EndArray ? [.. _entities] : null;
    }

    public RecordPosition? ParseOrigin(ref Utf8JsonReader reader)
    {
        string? topic = null;
        (int? partition, long? offset) = (null, null);
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("topic"u8) && topic is null && reader.Read())
                topic = NameOf(ref reader);
            else if (reader.ValueTextEquals("partition"u8) && partition is null && reader.Read())
                partition = reader.GetInt32();
            else if (reader.ValueTextEquals("offset"u8) && offset is null && reader.Read())
                offset = reader.GetInt64();
            else
                return null;
        }
        return topic is null || partition is null || offset is null ? null : new(topic, partition.Value, offset.Value);
    }

    public static StageTimings? ParseTimings(ref Utf8JsonReader reader)
    {
        (double? waitMs, double? modelMs, int? batchSize, bool? cached) = (null, null, null, null);
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("waitMs"u8) && waitMs is null && reader.Read())
                waitMs = Finite(reader.GetDouble());
            else if (reader.ValueTextEquals("modelMs"u8) && modelMs is null && reader.Read())
                modelMs = Finite(reader.GetDouble());
            else if (reader.ValueTextEquals("batchSize"u8) && batchSize is null && reader.Read())
                batchSize = reader.GetInt32();
            else if (reader.ValueTextEquals("cached"u8) && cached is null && reader.Read())
                cached = reader.GetBoolean();
            else
                return null;
        }
        return waitMs is null || modelMs is null || batchSize is null ? null
            : new(waitMs.Value, modelMs.Value, batchSize.Value, cached ?? false);
    }

    public static float[]? ParseNumbers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return null;
        Span<float> numbers = stackalloc float[BufferedPrediction.MaxEmbedding];
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (count == numbers.Length || !float.IsFinite(numbers[count] = reader.GetSingle()))
                return null;
            count++;
        }
        return reader.TokenType == JsonTokenType.EndArray ? numbers[..count].ToArray() : null;
    }

    public static bool IsListOfStrings(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            _ = reader.GetString(); // rejects what is not UTF-8
        return reader.TokenType == JsonTokenType.EndArray;
    }

    private HeadPrediction? ParseHead(ref Utf8JsonReader reader)
    {
        string? label = null;
        double? confidence = null;
        SmallMap<double>? scores = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("label"u8) && label is null && reader.Read())
                label = NameOf(ref reader);
            else if (reader.ValueTextEquals("confidence"u8) && confidence is null && reader.Read())
                confidence = Finite(reader.GetDouble());
            else if (reader.ValueTextEquals("scores"u8) && scores is null && reader.Read())
                scores = ParseScores(ref reader);
            else
                return null; // such as the labels of a multi-label head
        }
        return label is null || confidence is null || scores is null ? null : new(label, confidence.Value, scores);
    }

    private SmallMap<double>? ParseScores(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        _scores.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var label = NameOf(ref reader);
            reader.Read();
            _scores.Add(new(label, Finite(reader.GetDouble())));
        }
        return !AreDistinct(_scores) ? null : _scores.Count > BufferedPrediction.MaxScores ? SmallMap<double>.Empty : new([.. _scores]);
    }

    private Entity? ParseEntity(ref Utf8JsonReader reader)
    {
        (string? type, string? head, string? text) = (null, null, null);
        (int? start, int? end, double? confidence) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8) && type is null && reader.Read())
                type = NameOf(ref reader);
            else if (reader.ValueTextEquals("head"u8) && head is null && reader.Read())
                head = NameOf(ref reader);
            else if (reader.ValueTextEquals("text"u8) && text is null && reader.Read())
                text = NameOf(ref reader);
            else if (reader.ValueTextEquals("start"u8) && start is null && reader.Read())
                start = reader.GetInt32();
            else if (reader.ValueTextEquals("end"u8) && end is null && reader.Read())
                end = reader.GetInt32();
            else if (reader.ValueTextEquals("confidence"u8) && confidence is null && reader.Read())
                confidence = Finite(reader.GetDouble());
            else
                return null;
        }
        return type is null || head is null || start is null || end is null || confidence is null ? null
            : new(type, start.Value, end.Value, confidence.Value, head) { Text = text };
    }

    /// <exception cref="JsonException">The number is infinite.</exception>
    private static double Finite(double number) =>
        double.IsFinite(number) ? number : throw new JsonException("A finite number was expected.");

    /// <summary>Whether no name occurs twice: the general reader would keep the last one.</summary>
    private bool AreDistinct<T>(List<KeyValuePair<string, T>> entries)
    {
        if (entries.Count < 2 || IsKnown(entries))
            return true;
        if (entries.DistinctBy(static entry => entry.Key).Count() < entries.Count)
            return false;
        if (_distinct.Count >= MaxLabelLists)
            _distinct.Clear();
        _distinct[entries[0].Key] = [.. entries.Select(static entry => entry.Key)];
        return true;
    }

    private bool IsKnown<T>(List<KeyValuePair<string, T>> entries)
    {
        if (!_distinct.TryGetValue(entries[0].Key, out var names) || names.Length != entries.Count)
            return false;
        for (var i = 0; i < names.Length; i++)
        {
            if (!ReferenceEquals(names[i], entries[i].Key))
                return false;
        }
        return true;
    }
}
