using Google.Protobuf.Reflection;

namespace StreamBert.Streaming.Schemas;

/// <summary>Contains the messages and enumerations of a .proto file and its imports.</summary>
internal sealed class ProtobufTypes
{
    private readonly Dictionary<string, DescriptorProto> _messages = [];
    private readonly Dictionary<string, EnumDescriptorProto> _enums = [];
    private readonly HashSet<DescriptorProto> _proto3 = [];
    private readonly FileDescriptorProto _main;

    private ProtobufTypes(FileDescriptorSet set, string main)
    {
        _main = set.Files.Single(file => file.Name == main);
        foreach (var file in set.Files)
        {
            var scope = string.IsNullOrEmpty(file.Package) ? "" : $".{file.Package}";
            Add(scope, file.MessageTypes, file.EnumTypes, file.Syntax == "proto3");
        }
    }

    /// <summary>Parses a .proto file.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="text">The text of the file.</param>
    /// <param name="imports">The texts of imported files by name, without Google's well-known types.</param>
    /// <exception cref="InvalidDataException">The text is not a valid .proto file.</exception>
    public static ProtobufTypes Parse(string name, string text, IReadOnlyDictionary<string, string> imports)
    {
        var set = new FileDescriptorSet();
        foreach (var (import, content) in imports)
            set.Add(import, true, new StringReader(content));
        set.Add(name, true, new StringReader(text));
        set.Process();
        return set.GetErrors().FirstOrDefault(static error => error.IsError) is { } error
            ? throw new InvalidDataException($"its text is not valid: {error.Message} (line {error.LineNumber})") : new(set, name);
    }

    /// <summary>Returns the message at a path of indexes: of the file's messages, then of nested messages.</summary>
    /// <exception cref="InvalidDataException">There is none at that path.</exception>
    public DescriptorProto At(IReadOnlyList<int> path)
    {
        var (messages, found) = (_main.MessageTypes, (DescriptorProto?)null);
        foreach (var index in path is { Count: > 0 } ? path : [0])
        {
            found = index >= 0 && index < messages.Count
                ? messages[index]
                : throw new InvalidDataException($"it has no message at [{string.Join(", ", path)}]");
            messages = found.NestedTypes;
        }
        return found!;
    }

    public DescriptorProto Message(string name)
        => _messages.GetValueOrDefault(name) ?? throw new InvalidDataException($"it does not contain its type {name}");

    public EnumDescriptorProto Enum(string name)
        => _enums.GetValueOrDefault(name) ?? throw new InvalidDataException($"it does not contain its enumeration {name}");

    /// <summary>Tells whether absent fields of the message have a default: zero, false or the empty string.</summary>
    public bool HasDefaults(DescriptorProto message) => _proto3.Contains(message);

    private void Add(string scope, IEnumerable<DescriptorProto> messages, IEnumerable<EnumDescriptorProto> enums, bool isProto3)
    {
        foreach (var type in enums)
            _enums[$"{scope}.{type.Name}"] = type;
        foreach (var message in messages)
        {
            var name = $"{scope}.{message.Name}";
            _messages[name] = message;
            if (isProto3)
                _proto3.Add(message);
            Add(name, message.NestedTypes, message.EnumTypes, isProto3);
        }
    }
}
