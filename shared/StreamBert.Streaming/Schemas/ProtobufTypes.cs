using Google.Protobuf.Reflection;

namespace StreamBert.Streaming.Schemas;

/// <summary>The messages and enumerations of a .proto file and of what it imports.</summary>
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

    /// <param name="imports">The name by which a file is imported → its text; those of Google's well-known types need not be among
    /// them.</param>
    /// <exception cref="InvalidDataException">The text is no valid .proto file.</exception>
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

    /// <summary>The message at a path of indexes: among the file's messages, then among that one's nested messages, and so on.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
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
        => _messages.GetValueOrDefault(name) ?? throw new InvalidDataException($"its type {name} is not there");

    public EnumDescriptorProto Enum(string name)
        => _enums.GetValueOrDefault(name) ?? throw new InvalidDataException($"its enumeration {name} is not there");

    /// <summary>Whether fields of the message that are not in its bytes have a value: zero, false or the empty string.</summary>
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
