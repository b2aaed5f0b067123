/*
 * list -- a doubly linked ring with its links inside the elements.
 *
 * A list head is a struct list that list_init() has pointed at itself.  An
 * element that is in no list is also self-linked after list_init() or
 * list_remove(), so list_remove() may be called twice and list_is_empty() on
 * an element tells whether it is linked.
 */
#ifndef CORE_BASE_LIST_H
#define CORE_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Hides from the compiler which object the pointer belongs to.  GCC's object
 * sizes do not survive the step back to the embedding struct: fortified
 * string functions would stop a correct program there.
 */
static inline char *list_opaque(const void *ptr)
{
    __asm__("" : "+r"(ptr));
    return (char *)ptr;
}

/* The struct that embeds *ptr as its member. */
#define container_of(ptr, type, member)                                        \
    ((type *)(void *)(list_opaque(ptr) - offsetof(type, member)))

struct list {
    struct list *next;
    struct list *prev;
};

#define list_each(pos, head)                                                   \
    for (struct list *pos = (head)->next; pos != (head); pos = pos->next)

/* The body may remove pos. */
#define list_each_safe(pos, head)                                              \
    for (struct list *pos = (head)->next, *pos##_next = pos->next;             \
         pos != (head); pos = pos##_next, pos##_next = pos->next)

static inline void list_init(struct list *l)
{
    l->next = l;
    l->prev = l;
}

static inline bool list_is_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_append(struct list *head, struct list *element)
{
    element->prev = head->prev;
    element->next = head;
    head->prev->next = element;
    head->prev = element;
}

static inline void list_prepend(struct list *head, struct list *element)
{
    list_append(head->next, element);
}

static inline void list_remove(struct list *element)
{
    element->prev->next = element->next;
    element->next->prev = element->prev;
    list_init(element);
}

/* Moves every element of *from to the end of *head. */
static inline void list_splice(struct list *head, struct list *from)
{
    if (list_is_empty(from))
        return;
    from->next->prev = head->prev;
    head->prev->next = from->next;
    from->prev->next = head;
    head->prev = from->prev;
    list_init(from);
}

#endif
