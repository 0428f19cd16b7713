namespace StreamBert.Contracts;

/// <summary>Lists the types of personal data that can be redacted, the values of <see cref="PrivacyOptions.Redact"/>.</summary>
public static class PersonalData
{
    /// <summary>E-mail addresses.</summary>
    public const string Email = "email";

    /// <summary>Phone numbers.</summary>
    public const string Phone = "phone";

    /// <summary>Payment cards: 13 to 19 digits with the prefix and length of a known scheme and a valid Luhn digit.</summary>
    public const string Card = "card";

    /// <summary>IBANs of the registry's countries and lengths with valid check digits.</summary>
    public const string Iban = "iban";

    /// <summary>National identity numbers with a check digit or a strict form.</summary>
    public const string Id = "id";

    /// <summary>IP addresses.</summary>
    public const string Ip = "ip";

    /// <summary>Names of persons, which an entity head recognizes; they are found only after the model has read the text.</summary>
    public const string Name = "name";

    /// <summary>All types.</summary>
    public static IReadOnlyList<string> All { get; } = [Email, Phone, Card, Iban, Id, Ip, Name];

    /// <summary>Returns the placeholder of a type, such as <c>[EMAIL]</c>.</summary>
    public static string Placeholder(string type) => type switch
    {
        Email => "[EMAIL]",
        Phone => "[PHONE]",
        Card => "[CARD]",
        Iban => "[IBAN]",
        Id => "[ID]",
        Ip => "[IP]",
        Name => "[NAME]",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"There is no such type; there are {string.Join(", ", All)}."),
    };
}
