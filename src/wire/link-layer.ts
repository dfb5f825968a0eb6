/** x */
export const LinkType = { ethernet: 1 } as const;
