using System.Numerics;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>
/// Parses the JSON of predictions as Inference writes it, at a small part of the cost of the general reader: names are not decoded again,
/// and fields that the monitor does not use are skipped. It accepts nothing that the general reader rejects; anything unusual is left to
/// that reader, which also knows the reason for which a record is invalid.
/// </summary>
internal sealed class PredictionParser
{
    private static readonly byte[][] Members =
        [.. Enum.GetValues<PredictionFields>().Where(static field => BitOperations.IsPow2((uint)field)).Order().Select(MemberOf)];

    private readonly PredictionValueParser _values = new();

    /// <summary>The field that followed each field when it was last read; the last place has the first field of a prediction.</summary>
    private readonly PredictionFields[] _following = new PredictionFields[Members.Length + 1];

    /// <summary>Returns the prediction in the form in which it is buffered; null if the general reader must read it.</summary>
    public TextClassified? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new CompactJsonReader(utf8);
            return ParseFields(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private TextClassified? ParseFields(ref CompactJsonReader reader)
    {
        var (fields, field, values) = (PredictionFields.None, PredictionFields.None, new PredictionValues());
        for (var hasMember = reader.BeginObject(); hasMember; hasMember = reader.NextMember())
        {
            field = ReadField(ref reader, field);
            if (field == PredictionFields.None || (fields & field) != 0)
                return null;
            Parse(ref reader, field, ref values);
            fields |= field;
        }
        return reader.IsAtEnd && (fields & PredictionFields.Required) == PredictionFields.Required ? values.ToPrediction() : null;
    }

    /// <summary>
    /// Reads the name of a field, which is nearly always the one that followed the field before it in the last prediction.
    /// </summary>
    private PredictionFields ReadField(ref CompactJsonReader reader, PredictionFields before)
    {
        ref var following = ref _following[before == PredictionFields.None ? Members.Length : IndexOf(before)];
        if (following == PredictionFields.None || !reader.TryRead(Members[IndexOf(following)]))
            following = FieldOf(reader.ReadName().Raw);
        return following;
    }

    private static int IndexOf(PredictionFields field) => BitOperations.Log2((uint)field);

    private static byte[] MemberOf(PredictionFields field) =>
        Encoding.UTF8.GetBytes($"\"{JsonNamingPolicy.CamelCase.ConvertName($"{field}")}\":");

    private static PredictionFields FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => PredictionFields.Id,
        4 when name.SequenceEqual("text"u8) => PredictionFields.Text,
        5 when name.SequenceEqual("heads"u8) => PredictionFields.Heads,
        5 when name.SequenceEqual("story"u8) => PredictionFields.Story,
        5 when name.SequenceEqual("notes"u8) => PredictionFields.Notes,
        6 when name.SequenceEqual("source"u8) => PredictionFields.Source,
        6 when name.SequenceEqual("tokens"u8) => PredictionFields.Tokens,
        6 when name.SequenceEqual("origin"u8) => PredictionFields.Origin,
        6 when name.SequenceEqual("sealed"u8) => PredictionFields.Sealed,
        6 when name.SequenceEqual("routes"u8) => PredictionFields.Routes,
        7 when name.SequenceEqual("subject"u8) => PredictionFields.Subject,
        7 when name.SequenceEqual("timings"u8) => PredictionFields.Timings,
        8 when name.SequenceEqual("pipeline"u8) => PredictionFields.Pipeline,
        8 when name.SequenceEqual("entities"u8) => PredictionFields.Entities,
        9 when name.SequenceEqual("embedding"u8) => PredictionFields.Embedding,
        9 when name.SequenceEqual("truncated"u8) => PredictionFields.Truncated,
        10 when name.SequenceEqual("occurredAt"u8) => PredictionFields.OccurredAt,
        10 when name.SequenceEqual("attributes"u8) => PredictionFields.Attributes,
        11 when name.SequenceEqual("claimedTime"u8) => PredictionFields.ClaimedTime,
        12 when name.SequenceEqual("modelVersion"u8) => PredictionFields.ModelVersion,
        12 when name.SequenceEqual("classifiedAt"u8) => PredictionFields.ClassifiedAt,
        13 when name.SequenceEqual("unknownTokens"u8) => PredictionFields.UnknownTokens,
        15 when name.SequenceEqual("foreignLanguage"u8) => PredictionFields.ForeignLanguage,
        _ => PredictionFields.None,
    };

    /// <summary>Parses the value of a field; the reader fails if the general reader must read it.</summary>
    private void Parse(ref CompactJsonReader reader, PredictionFields field, ref PredictionValues values)
    {
        switch (field)
        {
            case PredictionFields.Id: values.Id = reader.ReadString().Decode(); break;
            case PredictionFields.Text: values.Text = reader.ReadString().Decode(); break;
            case PredictionFields.Story: values.Story = reader.ReadString().Decode(); break;
            case PredictionFields.Subject: values.Subject = reader.ReadString().Decode(); break;
            case PredictionFields.Source: values.Source = _values.ParseName(ref reader); break;
            case PredictionFields.Pipeline: values.Pipeline = _values.ParseName(ref reader); break;
            case PredictionFields.ModelVersion: values.ModelVersion = _values.ParseName(ref reader); break;
            case PredictionFields.ForeignLanguage: values.ForeignLanguage = _values.ParseName(ref reader); break;
            case PredictionFields.Tokens: values.Tokens = reader.ReadInt32(); break;
            case PredictionFields.UnknownTokens: values.UnknownTokens = reader.ReadInt32(); break;
            case PredictionFields.Truncated: values.Truncated = reader.ReadBoolean(); break;
            case PredictionFields.OccurredAt: values.OccurredAt = reader.ReadString().ToTime(); break;
            case PredictionFields.ClassifiedAt: values.ClassifiedAt = reader.ReadString().ToTime(); break;
            case PredictionFields.ClaimedTime: values.ClaimedTime = reader.ReadString().ToTime(); break;
            case PredictionFields.Sealed: values.Sealed = reader.ReadString().DecodeBase64(); break;
            case PredictionFields.Heads: values.Heads = _values.ParseHeads(ref reader); break;
            case PredictionFields.Attributes: values.Attributes = _values.ParseAttributes(ref reader); break;
            case PredictionFields.Entities: values.Entities = _values.ParseEntities(ref reader); break;
            case PredictionFields.Embedding: values.Embedding = _values.ParseNumbers(ref reader); break;
            case PredictionFields.Origin: values.Origin = _values.ParseOrigin(ref reader); break;
            case PredictionFields.Timings: values.Timings = PredictionValueParser.ParseTimings(ref reader); break;
            case PredictionFields.Routes or PredictionFields.Notes: PredictionValueParser.SkipStrings(ref reader); break;
            default: reader.Fail(); break;
        }
    }
}
