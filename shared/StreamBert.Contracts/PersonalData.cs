namespace StreamBert.Contracts;

/// <summary>The types of personal data that can be redacted, by the names that configuration uses.</summary>
public static class PersonalData
{
    public const string Email = "email";
    public const string Phone = "phone";

    /// <summary>Payment cards: 13 to 19 digits with the prefix and length of a known scheme and a right Luhn digit.</summary>
    public const string Card = "card";

    /// <summary>IBANs of the registry's countries and lengths whose check digits are right.</summary>
    public const string Iban = "iban";

    /// <summary>National identity numbers that carry a check or a strict form.</summary>
    public const string Id = "id";
    public const string Ip = "ip";

    /// <summary>Persons, as a head of the model names them; found only after the model has read the text.</summary>
    public const string Name = "name";

    public static IReadOnlyList<string> All { get; } = [Email, Phone, Card, Iban, Id, Ip, Name];

    /// <summary>What stands in the place of a value of that type, such as <c>[EMAIL]</c>.</summary>
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
