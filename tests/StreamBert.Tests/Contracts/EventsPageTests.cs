using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

/// <summary>Compares docs/events.md with the contract types.</summary>
public sealed class EventsPageTests
{
    private static readonly Type[] Events =
    [
        typeof(TextReceived), typeof(TextClassified), typeof(FeedbackReceived), typeof(FeedbackWithdrawn),
        typeof(AnnotatorExclusionChanged), typeof(DeadLettered), typeof(TokenizationRequested),
        typeof(TokenizationCompleted), typeof(
            InputProgress), typeof(TrendUpdated), typeof(EventTimeUpdated), typeof(AlertRaised), typeof(AlertResolved),
        typeof(SilenceCreated), typeof(SilenceExpired), typeof(AlertAcknowledged), typeof(NotificationRequested),
        typeof(NotificationReported),
        typeof(RulesChanged), typeof(RulesPreviewRequested), typeof(RulesPreviewed),
        typeof(PromotionRequested), typeof(PinRequested), typeof(PinChanged), typeof(ModelRequestRefused),
        typeof(TrainingReported), typeof(TrainingRequested), typeof(
            RollbackRequested), typeof(ModelTrained), typeof(ModelProfiled), typeof(ModelPromoted), typeof(ModelRolledBack),
        typeof(RolloutChanged), typeof(RolloutProgressed), typeof(ShadowReported), typeof(ModelRefused),
        typeof(ModelRepaired), typeof(FairnessReported), typeof(AccuracyReported), typeof(DriftReported),
        typeof(LabellingOffered),
        typeof(AuditEntry), typeof(HealthReported),
    ];

    private static readonly EventsPage Page = EventsPage.Read();

    public static TheoryData<string> EventNames { get; } = [.. Events.Select(static type => type.Name)];

    public static TheoryData<string> TypeNames { get; } = [.. AllTypes().Select(static type => type.Name)];

    [Fact]
    public void The_page_describes_exactly_the_records_and_their_parts() =>
        Assert.Equal(AllTypes().Select(static type => type.Name).Order(), Page.Sections().Order());

    [Fact]
    public void The_events_are_those_that_can_be_serialized()
    {
        var serializable = typeof(WireContext).GetCustomAttributesData()
            .Select(static attribute => attribute.ConstructorArguments is [{ Value: Type type }] ? type : null).OfType<Type>();

        Assert.Equal(
            Events.Select(static type => type.Name).Order(),
            serializable.Where(static type => !type.IsGenericType && type != typeof(Explanation) && type != typeof(MonitorRules)
                && type != typeof(ClassificationReport))
                .Select(static type => type.Name).Order());
    }

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void The_fields_of_a_record_have_their_names_types_and_requirements(string name) =>
        Assert.Equal(FieldsOf(AllTypes().Single(type => type.Name == name)), Page.FieldsOf(name));

    [Theory]
    [MemberData(nameof(EventNames))]
    public void The_example_of_a_record_is_valid_and_contains_no_other_field(string name)
    {
        var json = Assert.Single(Page.ExamplesOf(name));
        var type = Events.Single(type => type.Name == name);

        var value = JsonSerializer.Deserialize(json, type, Wire.Options)!;

        Assert.Null(EventValidator.Validate(value, null));
        AssertContains(JsonSerializer.SerializeToNode(value, type, Wire.Options)!, JsonNode.Parse(json)!);
    }

    [Fact]
    public void The_page_names_every_topic_header_and_reason()
    {
        var names = new[] { typeof(Topics), typeof(RecordHeaders), typeof(DeadLetterReasons) }
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(static field => field.IsLiteral).Select(static field => $"`{field.GetRawConstantValue()}`");

        Assert.All(names, static name => Assert.Contains(name, Page.Text, StringComparison.Ordinal));
    }

    private static void AssertContains(JsonNode actual, JsonNode expected)
    {
        if (expected is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                Assert.True(actual is JsonObject known && known.ContainsKey(name), $"'{name}' is not a field of the contract");
                AssertContains(actual[name]!, value!);
            }
        }
        else if (expected is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
                AssertContains(actual[index]!, items[index]!);
        }
    }

    private static List<Type> AllTypes()
    {
        var types = new List<Type>(Events);
        for (var index = 0; index < types.Count; index++)
        {
            foreach (var part in PropertiesOf(types[index]).Select(static property => PartOf(property.PropertyType)).OfType<Type>())
            {
                if (!types.Contains(part))
                    types.Add(part);
            }
        }

        return types;
    }

    private static Type? PartOf(Type type) => type switch
    {
        { IsGenericType: true } => PartOf(type.GetGenericArguments()[^1]),
        _ when type.Assembly == typeof(TextReceived).Assembly && !type.IsEnum => type,
        _ => null,
    };

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(static property => property.SetMethod is not null);

    private static List<DocumentedField> FieldsOf(Type type)
    {
        var parameters = type.GetConstructors().SelectMany(static constructor => constructor.GetParameters()).ToList();
        var nullability = new NullabilityInfoContext();
        return
        [
            .. PropertiesOf(type).OrderBy(property => parameters.Exists(p => p.Name == property.Name)
                ? 0 : 1).ThenBy(static p => p.MetadataToken)
                .Select(property => new DocumentedField(
                    JsonNamingPolicy.CamelCase.ConvertName(property.Name), NameOf(property.PropertyType), IsRequired(property))),
        ];

        bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute))
            || parameters.Find(parameter => parameter.Name == property.Name) is { HasDefaultValue: false } parameter
            && nullability.Create(parameter).WriteState != NullabilityState.Nullable;
    }

    private static string NameOf(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } underlying => NameOf(underlying),
        _ when type == typeof(string) || type == typeof(DateOnly) || type.IsEnum => "string",
        _ when type == typeof(int) || type == typeof(long) => "integer",
        _ when type == typeof(double) || type == typeof(float) => "number",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(DateTimeOffset) => "time",
        _ when type == typeof(TimeSpan) => "duration",
        _ when type == typeof(byte[]) => "base64",
        { IsArray: true } => $"array of {NameOf(type.GetElementType()!)}",
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
            $"array of {NameOf(type.GetGenericArguments()[0])}",
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) =>
            $"map of {NameOf(type.GetGenericArguments()[1])}",
        _ => type.Name,
    };
}
