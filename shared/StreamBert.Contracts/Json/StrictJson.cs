using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StreamBert.Contracts;

/// <summary>
/// Rejects JSON that .NET's reader accepts although it contradicts the types: null for values that are never null, and numbers that
/// overflow to infinity, which cannot be serialized. Both become a <see cref="JsonException"/>.
/// </summary>
public static class StrictJson
{
    /// <summary>The converters for <see cref="JsonSerializerOptions.Converters"/>, which reject infinite numbers.</summary>
    public static IReadOnlyList<JsonConverter> Finite { get; } = [new FiniteDouble(), new FiniteSingle()];

    /// <summary>
    /// Modifies a type for <see cref="JsonTypeInfoResolver.WithAddedModifier"/>. A property that is never null, and is missing or null,
    /// gets its default value (which source-generated readers omit); without a default it is rejected, and so are null elements.
    /// </summary>
    public static void RejectNulls(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        var constructor = type.Type.IsAbstract ? null : type.Type.GetConstructor(Type.EmptyTypes);
        var references = type.Properties
            .Where(static property => property.Get is not null && !property.PropertyType.IsValueType && !property.IsExtensionData)
            .Select(property => (Json: property, Own: Own(type, property)))
            .ToArray();
        type.OnDeserialized = read =>
        {
            foreach (var (json, own) in references)
            {
                if (json.Get!(read) is { } value ? HoldsNull(value) : !json.IsGetNullable && !TrySetDefault(read, constructor, own))
                    throw new JsonException($"'{json.Name}' of {type.Type.Name} is missing, null or holds null.");
            }
        };
    }

    private static PropertyInfo? Own(JsonTypeInfo type, JsonPropertyInfo property) => type.Type.GetProperties().FirstOrDefault(own =>
        own.CanWrite && own.PropertyType == property.PropertyType
            && (type.Options.PropertyNamingPolicy?.ConvertName(own.Name) ?? own.Name) == property.Name);

    private static bool TrySetDefault(object read, ConstructorInfo? constructor, PropertyInfo? property)
    {
        if (constructor?.Invoke(null) is not { } fresh || property?.GetValue(fresh) is not { } value) return false;
        property.SetValue(read, value);
        return true;
    }

    private static bool HoldsNull(object value) => value switch
    {
        string => false,
        IDictionary dictionary => value.GetType().GenericTypeArguments is [_, { IsValueType: false }]
            && HoldsNullElement(dictionary.Values),
        IEnumerable elements => (value.GetType().GetElementType() ?? value.GetType().GenericTypeArguments.FirstOrDefault())?
            .IsValueType != true && HoldsNullElement(elements),
        _ => false,
    };

    private static bool HoldsNullElement(IEnumerable elements)
    {
        foreach (var element in elements)
            if (element is null) return true;
        return false;
    }

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.GetDouble() is var value && double.IsFinite(value)
                ? value
                : throw new JsonException("A finite number was expected.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class FiniteSingle : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var value) && float.IsFinite(value)
                ? value
                : throw new JsonException("A finite number was expected.");

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
