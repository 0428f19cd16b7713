using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Parses the values of a prediction's fields. The reader fails at those that the general reader must read.</summary>
internal sealed class PredictionValueParser
{
    private readonly Utf8Names _names = new();
    private readonly NameLists _lists = new();
    private readonly ScoreParser _scores;
    private readonly List<string> _headNames = [], _attributeNames = [];
    private readonly List<HeadPrediction> _heads = [];
    private readonly List<string> _attributes = [];
    private readonly float[] _numbers = new float[BufferedPrediction.MaxEmbedding];

    public PredictionValueParser() => _scores = new(_names, _lists);

    public string ParseName(ref CompactJsonReader reader) => _names.Get(reader.ReadString());

    public SmallMap<HeadPrediction> ParseHeads(ref CompactJsonReader reader)
    {
        _headNames.Clear();
        _heads.Clear();
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            _headNames.Add(_names.Get(reader.ReadName()));
            _heads.Add(ParseHead(_headNames[^1], ref reader));
        }
        return _lists.MapOf(_headNames, _heads, ref reader);
    }

    public SmallMap<string> ParseAttributes(ref CompactJsonReader reader)
    {
        _attributeNames.Clear();
        _attributes.Clear();
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            _attributeNames.Add(_names.Get(reader.ReadName()));
            _attributes.Add(ParseName(ref reader));
        }
        return _lists.MapOf(_attributeNames, _attributes, ref reader);
    }

    public Entity[] ParseEntities(ref CompactJsonReader reader)
    {
        List<Entity> entities = [];
        for (var hasElement = reader.BeginArray(); hasElement; hasElement = reader.NextElement())
            entities.Add(ParseEntity(ref reader));
        return [.. entities];
    }

    public RecordPosition ParseOrigin(ref CompactJsonReader reader)
    {
        string? topic = null;
        (int? partition, long? offset) = (null, null);
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            if (topic is null && reader.TryRead("\"topic\":"u8))
                topic = ParseName(ref reader);
            else if (partition is null && reader.TryRead("\"partition\":"u8))
                partition = reader.ReadInt32();
            else if (offset is null && reader.TryRead("\"offset\":"u8))
                offset = reader.ReadInt64();
            else
                reader.Fail();
        }
        return new(Required(topic, ref reader) ?? "", Required(partition, ref reader) ?? 0, Required(offset, ref reader) ?? 0);
    }

    public static StageTimings ParseTimings(ref CompactJsonReader reader)
    {
        (double? waitMs, double? modelMs, int? batchSize, bool? cached) = (null, null, null, null);
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            if (waitMs is null && reader.TryRead("\"waitMs\":"u8))
                waitMs = reader.ReadDouble();
            else if (modelMs is null && reader.TryRead("\"modelMs\":"u8))
                modelMs = reader.ReadDouble();
            else if (batchSize is null && reader.TryRead("\"batchSize\":"u8))
                batchSize = reader.ReadInt32();
            else if (cached is null && reader.TryRead("\"cached\":"u8))
                cached = reader.ReadBoolean();
            else
                reader.Fail();
        }
        return new(
            Required(waitMs, ref reader) ?? 0, Required(modelMs, ref reader) ?? 0, Required(batchSize, ref reader) ?? 0, cached ?? false);
    }

    public float[] ParseNumbers(ref CompactJsonReader reader)
    {
        var count = 0;
        for (var hasElement = reader.BeginArray(); hasElement; hasElement = reader.NextElement())
        {
            if (count < _numbers.Length)
                _numbers[count++] = reader.ReadSingle();
            else
                reader.Fail();
        }
        return _numbers[..count];
    }

    public static void SkipStrings(ref CompactJsonReader reader)
    {
        for (var hasElement = reader.BeginArray(); hasElement; hasElement = reader.NextElement())
            reader.ReadString().Decode(); // rejects what is not UTF-8
    }

    private HeadPrediction ParseHead(string head, ref CompactJsonReader reader)
    {
        string? label = null;
        (double? confidence, double? distance) = (null, null);
        SmallMap<double>? scores = null;
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            if (label is null && reader.TryRead("\"label\":"u8))
                label = ParseName(ref reader);
            else if (confidence is null && reader.TryRead("\"confidence\":"u8))
                confidence = reader.ReadDouble();
            else if (scores is null && reader.TryRead("\"scores\":"u8))
                scores = _scores.Parse(head, ref reader);
            else if (distance is null && reader.TryRead("\"outOfDistribution\":"u8))
                distance = reader.ReadDouble();
            else
                reader.Fail(); // such as the labels of a multi-label head
        }
        return new(
            Required(label, ref reader) ?? "", Required(confidence, ref reader) ?? 0,
            Required(scores, ref reader) ?? SmallMap<double>.Empty)
        {
            OutOfDistribution = distance,
        };
    }

    private Entity ParseEntity(ref CompactJsonReader reader)
    {
        (string? type, string? head, string? text) = (null, null, null);
        (int? start, int? end, double? confidence) = (null, null, null);
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            if (type is null && reader.TryRead("\"type\":"u8))
                type = ParseName(ref reader);
            else if (head is null && reader.TryRead("\"head\":"u8))
                head = ParseName(ref reader);
            else if (text is null && reader.TryRead("\"text\":"u8))
                text = ParseName(ref reader);
            else if (start is null && reader.TryRead("\"start\":"u8))
                start = reader.ReadInt32();
            else if (end is null && reader.TryRead("\"end\":"u8))
                end = reader.ReadInt32();
            else if (confidence is null && reader.TryRead("\"confidence\":"u8))
                confidence = reader.ReadDouble();
            else
                reader.Fail();
        }
        return new(
            Required(type, ref reader) ?? "", Required(start, ref reader) ?? 0, Required(end, ref reader) ?? 0,
            Required(confidence, ref reader) ?? 0, Required(head, ref reader) ?? "")
        { Text = text };
    }

    /// <summary>Returns a value; the reader fails if it is missing.</summary>
    private static T Required<T>(T value, ref CompactJsonReader reader)
    {
        if (value is null)
            reader.Fail();
        return value;
    }
}
